package io.broker4j.engine;

import io.broker4j.ClosedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Users' futures, which complete in time (S9), or when the broker is closed (C5). */
final class Pending {
    private final Set<CompletableFuture<?>> futures = ConcurrentHashMap.newKeySet();
    private final Machine machine;
    private volatile boolean closed;

    Pending(Machine machine) {
        this.machine = machine;
    }

    static ClosedException closedException() {
        return new ClosedException("this broker is closed");
    }

    /** Fails a future if it is not complete after some time, or when the broker is closed. */
    void watch(CompletableFuture<?> future, Duration timeout, Supplier<? extends RuntimeException> late) {
        futures.add(future);
        future.whenComplete((done, failure) -> futures.remove(future));
        if (closed) {
            close();
        } else if (!future.isDone()) {
            giveUpLater(future, timeout, late);
        }
    }

    private void giveUpLater(CompletableFuture<?> future, Duration timeout, Supplier<? extends RuntimeException> late) {
        try {
            var task = machine.timer()
                    .schedule(
                            () -> future.completeExceptionally(late.get()), timeout.toMillis(), TimeUnit.MILLISECONDS);
            future.whenComplete((done, failure) -> task.cancel(false));
        } catch (RejectedExecutionException brokerClosed) {
            future.completeExceptionally(closedException());
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Fails all pending futures, and every later one. */
    void close() {
        closed = true;
        futures.forEach(future -> future.completeExceptionally(closedException()));
    }
}
