package io.broker4j.redis;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Begins asynchronous attempts. */
final class Attempts {
    private Attempts() {}

    /** Begins an attempt. An attempt that throws, as when there is no thread for it, has failed like any other. */
    static <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> attempt) {
        try {
            return attempt.get();
        } catch (RuntimeException | Error broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }
}
