package io.broker4j.chat;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads logs on a few threads, so that no event loop waits for a log. Further reads wait their turn. A read that takes
 * more than {@link #SHORT} steps continues on other threads, so a room with many entries to skip delays no other room.
 * Safe for use from any thread.
 */
final class Reads implements AutoCloseable {
    private static final int AT_ONCE = 4;
    private static final int LONG_ONES_AT_ONCE = 2;
    /** Enough for most; what needs more takes long. */
    private static final int SHORT = 4;

    private final ExecutorService threads = threads("chat-history", AT_ONCE);
    private final ExecutorService longOnes = threads("chat-long-history", LONG_ONES_AT_ONCE);

    /** Reading back in steps. Used by one thread after another. */
    @FunctionalInterface
    interface Walk<T> {
        /** Reads once; the result, or null if there is more to read. */
        @Nullable
        T step() throws ExecutionException, InterruptedException;
    }

    private static ExecutorService threads(String name, int count) {
        return Executors.newFixedThreadPool(count, new DefaultThreadFactory(name, true));
    }

    /**
     * Completes on one of these threads, with what was read or with the reason why not.
     *
     * @param wanted asked before each step; a walk whose result nobody waits for ends
     */
    <T> CompletableFuture<T> read(Walk<T> walk, BooleanSupplier wanted) {
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(threads, result, () -> {
            walk(result, walk, wanted, SHORT);
            if (!result.isDone()) {
                execute(longOnes, result, () -> walk(result, walk, wanted, Integer.MAX_VALUE));
            }
        });
        return result;
    }

    private static void execute(ExecutorService on, CompletableFuture<?> result, Runnable task) {
        try {
            on.execute(task);
        } catch (RejectedExecutionException closed) {
            result.completeExceptionally(closed);
        }
    }

    /** Whatever goes wrong, it is whoever waits for the result that must know. */
    private static <T> void walk(CompletableFuture<T> result, Walk<T> walk, BooleanSupplier wanted, int most) {
        try {
            for (int steps = 0; steps < most && !result.isDone(); steps++) {
                if (!wanted.getAsBoolean()) {
                    throw new CancellationException("nobody waits for it any more");
                }
                T found = walk.step();
                if (found != null) {
                    result.complete(found);
                }
            }
        } catch (ExecutionException failed) {
            result.completeExceptionally(failed.getCause());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            result.completeExceptionally(closing);
        } catch (Throwable failed) {
            result.completeExceptionally(failed);
        }
    }

    /** What waits is not read any more. */
    @Override
    public void close() {
        threads.shutdownNow();
        longOnes.shutdownNow();
    }
}
