package io.broker4j.spi;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a broker: daemons named {@code broker-<role>-<n>}. */
final class Threads {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    /** Before Java 24 a handler that blocks in {@code synchronized} would pin a carrier thread and slow down others. */
    private static final int FIRST_WITH_UNPINNED_VIRTUAL_THREADS = 24;

    private Threads() {}

    static ThreadFactory platform(String role) {
        return task -> {
            Thread thread = new Thread(task, name(role));
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Virtual threads where they are suitable, otherwise platform threads. */
    static ThreadFactory handlers(String role) {
        if (Runtime.version().feature() < FIRST_WITH_UNPINNED_VIRTUAL_THREADS) {
            return platform(role);
        }
        ThreadFactory virtual = virtual();
        return task -> {
            Thread thread = virtual.newThread(task);
            thread.setName(name(role));
            return thread;
        };
    }

    /** Calls Thread.ofVirtual().factory() by reflection, because Java 17 does not have it. */
    private static ThreadFactory virtual() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
            return (ThreadFactory) factory.invoke(builder);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("Java " + Runtime.version() + " without virtual threads", impossible);
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
