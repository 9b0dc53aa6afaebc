package io.broker4j.chat;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Threads for reading what logs hold, so that no event loop waits for it: a few, which is how much is read at once; everything
 * else waits its turn. From any thread.
 */
final class Reads implements AutoCloseable {
    private static final int AT_ONCE = 4;

    private final ExecutorService threads =
            Executors.newFixedThreadPool(AT_ONCE, new DefaultThreadFactory("chat-history", true));

    /** Completes on one of these threads, with what was read or with the reason why not. */
    <T> CompletableFuture<T> read(Callable<T> what) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            threads.execute(() -> complete(result, what));
        } catch (RejectedExecutionException closed) {
            result.completeExceptionally(closed);
        }
        return result;
    }

    /** Whatever goes wrong, it is whoever waits for the result that must know. */
    private static <T> void complete(CompletableFuture<T> result, Callable<T> what) {
        try {
            result.complete(what.call());
        } catch (ExecutionException failed) {
            result.completeExceptionally(failed.getCause());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            result.completeExceptionally(closing);
        } catch (Exception failed) {
            result.completeExceptionally(failed);
        }
    }

    /** What waits is not read any more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
