package io.broker4j.inmemory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Holds publishes back while the medium is stalled, or fails the next ones. Publishes are carried out without its lock.
 */
final class PublishFaults {
    private final Queue<Outcome> failures = new ConcurrentLinkedQueue<>();

    /** Guarded by this for writing. */
    private volatile boolean stalled;

    /**
     * The publishes that wait for the end of a stall, by their answers. Each value carries out a publish and returns a
     * task that completes its answer. If the publisher gives up first, the engine cancels the answer.
     */
    @GuardedBy("this")
    private final Map<CompletableFuture<?>, Supplier<Runnable>> held = new LinkedHashMap<>();

    boolean isStalled() {
        return stalled;
    }

    void failNext(Outcome outcome) {
        failures.add(outcome);
    }

    /**
     * Begins or ends a stall. Returns the publishes to carry out now: each runs and returns a task that completes its
     * answer; the caller runs the task when it holds no lock.
     */
    synchronized List<Supplier<Runnable>> setStalled(boolean wanted) {
        stalled = wanted;
        if (wanted) {
            return List.of();
        }
        List<Supplier<Runnable>> released = List.copyOf(held.values());
        held.clear();
        return released;
    }

    synchronized int held() {
        return held.size();
    }

    /** Carries out a publish, holds it back, or fails it. */
    <T> CompletableFuture<T> carryOut(Supplier<CompletableFuture<T>> publish) {
        if (stalled) {
            synchronized (this) {
                if (stalled) {
                    return hold(publish);
                }
            }
        }
        Outcome failure = failures.poll();
        if (failure == null || failure == Outcome.UNKNOWN) {
            CompletableFuture<T> done = publish.get();
            if (failure == null) {
                return done;
            }
        }
        return CompletableFuture.failedFuture(new PublishException(failure, "told to fail with " + failure));
    }

    @GuardedBy("this")
    private <T> CompletableFuture<T> hold(Supplier<CompletableFuture<T>> publish) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        held.put(answer, () -> {
            T result = publish.get().join();
            return () -> answer.complete(result);
        });
        answer.whenComplete((result, givenUp) -> forget(answer));
        return answer;
    }

    private synchronized void forget(CompletableFuture<?> answer) {
        held.remove(answer);
    }
}
