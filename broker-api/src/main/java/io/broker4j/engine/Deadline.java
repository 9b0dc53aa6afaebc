package io.broker4j.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Points in time on {@link System#nanoTime}; durations too long for that clock are allowed. */
final class Deadline {
    private static final Duration LONGEST = Duration.ofDays(365);

    private Deadline() {}

    static long in(Duration duration) {
        return System.nanoTime() + (duration.compareTo(LONGEST) < 0 ? duration : LONGEST).toNanos();
    }

    /** A wait with a time limit. */
    interface TimedWait {
        /** Whether the awaited condition holds. */
        boolean await(long nanos) throws InterruptedException;
    }

    /** Waits until a deadline, even on an interrupted thread, and restores the interrupt (C4). */
    static boolean await(long deadlineNanos, TimedWait wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.await(left(deadlineNanos).toNanos());
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until the threads of an executor that was shut down have ended; true if they have. */
    static boolean awaitEnd(ExecutorService executor, long deadlineNanos) {
        return await(deadlineNanos, nanos -> executor.awaitTermination(nanos, TimeUnit.NANOSECONDS));
    }

    /** Waits until a future is complete, normally or exceptionally, or until a deadline. */
    static void awaitDone(CompletableFuture<?> future, long deadlineNanos) {
        CompletableFuture<?> done = future.handle((value, failure) -> true);
        await(deadlineNanos, nanos -> {
            try {
                done.get(nanos, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException late) {
                return false;
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
    }

    /** Returns the draining time that a user asks for, if it is valid. */
    static Duration checkDrain(Duration drain) {
        if (Objects.requireNonNull(drain, "drain").isNegative()) {
            throw new IllegalArgumentException("drain is " + drain + ", must not be negative; zero waits for nothing");
        }
        return drain;
    }

    /** The time left until a deadline, not negative. */
    static Duration left(long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }
}
