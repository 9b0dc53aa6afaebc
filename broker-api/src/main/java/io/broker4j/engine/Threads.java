package io.broker4j.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of a broker: daemons named {@code broker-<role>-<n>}. All are platform threads,
 * because the operating system shares the cores among them. A virtual thread keeps its carrier as
 * long as its handler computes, and a few such handlers would hold up every other thread of the
 * broker (D4, P1).
 */
final class Threads {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Threads() {}

    static ThreadFactory platform(String role) {
        return task -> {
            Thread thread = new Thread(task, name(role));
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Starts a thread; false if none is available. */
    static boolean start(ThreadFactory threads, Runnable task) {
        try {
            threads.newThread(task).start();
            return true;
        } catch (OutOfMemoryError none) {
            return false;
        }
    }

    private static String name(String role) {
        return "broker-" + role + "-" + NUMBER.incrementAndGet();
    }

    /** Whether an executor that was shut down has ended before a deadline. */
    static boolean awaitEnd(ExecutorService executor, long deadlineNanos) {
        return Deadline.await(deadlineNanos, nanos -> executor.awaitTermination(nanos, TimeUnit.NANOSECONDS));
    }
}
