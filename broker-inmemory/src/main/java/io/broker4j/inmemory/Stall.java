package io.broker4j.inmemory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What a medium that answers nothing has been sent, until it answers again or the publisher gives up: the engine cancels the
 * answer then. Its lock comes after that of {@link BadNetwork}.
 */
final class Stall {
    /** What was asked for, and returns what completes the answer. */
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

    /** Carries out all that nobody gave up, and returns what completes the answers, to be run when no lock is held. */
    synchronized List<Runnable> end() {
        List<Supplier<Runnable>> held = List.copyOf(unanswered.values());
        unanswered.clear();
        List<Runnable> answers = new ArrayList<>();
        held.forEach(publish -> answers.add(publish.get()));
        return answers;
    }
}
