package io.broker4j.redis;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that connects, reconciles and waits. After {@link #close} it ignores all tasks.
 */
final class Tasks {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");

    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    Tasks(ThreadFactory threads) {
        executor = new ScheduledThreadPoolExecutor(1, work -> thread = threads.newThread(work));
        executor.setRemoveOnCancelPolicy(true);
    }

    /**
     * Starts the thread before anything depends on it, because later no thread may be available.
     */
    void start() {
        executor.prestartCoreThread();
    }

    void run(Runnable task) {
        runLater(task, Duration.ZERO);
    }

    void runLater(Runnable task, Duration delay) {
        try {
            executor.schedule(() -> logged(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // After close there is nothing left to do.
        }
    }

    /**
     * Logs what a task throws, because the executor would hide it. A task should throw nothing; a
     * later task may still repair the damage.
     */
    private static void logged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error unexpected) {
            LOGGER.log(Level.ERROR, "unexpected, please report it", unexpected);
        }
    }

    boolean onThread() {
        return Thread.currentThread() == thread;
    }

    void close(Duration deadline) {
        executor.shutdownNow();
        try {
            executor.awaitTermination(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
