package io.broker4j.redis;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Begins and ends asynchronous attempts. */
final class Attempts {
    private Attempts() {}

    /**
     * Begins an attempt. An attempt that throws, for example because no thread is available, has
     * failed like any other.
     */
    static <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> attempt) {
        try {
            return attempt.get();
        } catch (RuntimeException | Error broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    /**
     * Completes a promise with the result of an attempt: with its answer if {@code failure} is
     * null.
     */
    static <T> void settle(CompletableFuture<T> promise, T answer, @Nullable Throwable failure) {
        if (failure == null) {
            promise.complete(answer);
        } else {
            promise.completeExceptionally(failure);
        }
    }
}
