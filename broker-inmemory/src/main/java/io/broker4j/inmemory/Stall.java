package io.broker4j.inmemory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The publishes that a stalled medium holds back, until it answers again. If the publisher gives up
 * first, the engine cancels the answer. Its lock is taken after that of {@link BadNetwork}.
 */
final class Stall {
    /** Each value carries out a publish and returns a task that completes its answer. */
    @GuardedBy("this")
    private final Map<CompletableFuture<?>, Supplier<Runnable>> unanswered = new LinkedHashMap<>();

    <T> CompletableFuture<T> hold(Supplier<T> publish) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        synchronized (this) {
            unanswered.put(answer, () -> {
                T result = publish.get();
                return () -> answer.complete(result);
            });
        }
        answer.whenComplete((result, givenUp) -> forget(answer));
        return answer;
    }

    private synchronized void forget(CompletableFuture<?> answer) {
        unanswered.remove(answer);
    }

    synchronized int unanswered() {
        return unanswered.size();
    }

    /**
     * Carries out all publishes that were not given up. Returns tasks that complete the answers;
     * the caller runs them when it holds no lock.
     */
    synchronized List<Runnable> end() {
        List<Supplier<Runnable>> held = List.copyOf(unanswered.values());
        unanswered.clear();
        List<Runnable> answers = new ArrayList<>();
        held.forEach(publish -> answers.add(publish.get()));
        return answers;
    }
}
