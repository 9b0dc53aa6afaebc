package io.broker4j.engine;

import java.security.SecureRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * What one broker takes from the machine: time, threads and chance. The parts of the engine ask
 * this object and nothing else, so a test can pass one whose time it controls. Only the waits of a
 * thread that closes something are waits on the real clock ({@link Deadline}).
 *
 * <p>All threads are platform threads, because the operating system shares the cores among them. A
 * virtual thread keeps its carrier as long as its handler computes, and a few such handlers would
 * hold up every other thread of the broker (D4, P1).
 */
class Machine {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Function<String, ThreadFactory> threads;
    private final ScheduledExecutorService timer;

    Machine() {
        this(Machine::daemons);
    }

    /** {@code threads} returns the thread factory for a role. */
    Machine(Function<String, ThreadFactory> threads) {
        this(threads, timer(threads.apply("timer")));
    }

    Machine(Function<String, ThreadFactory> threads, ScheduledExecutorService timer) {
        this.threads = threads;
        this.timer = timer;
    }

    /** Daemons named {@code broker-<role>-<n>}. */
    private static ThreadFactory daemons(String role) {
        return task -> {
            Thread thread = new Thread(task, "broker-" + role + "-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private static ScheduledExecutorService timer(ThreadFactory thread) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, thread);
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Time that never goes back, as {@link System#nanoTime}. */
    long nanos() {
        return System.nanoTime();
    }

    /** The time of day, in milliseconds since the epoch. */
    long millis() {
        return System.currentTimeMillis();
    }

    /** A random number from 0 to below a bound. */
    long random(long bound) {
        return ThreadLocalRandom.current().nextLong(bound);
    }

    /** A random number that no other broker in the world has, in practice. */
    long unique() {
        return new SecureRandom().nextLong();
    }

    /** Makes threads for a role. */
    ThreadFactory threads(String role) {
        return threads.apply(role);
    }

    /** Starts a thread for a role; false if none is available. */
    boolean start(String role, Runnable task) {
        try {
            threads(role).newThread(task).start();
            return true;
        } catch (OutOfMemoryError none) {
            return false;
        }
    }

    /** Runs tasks later, on one thread. No user code runs there. */
    ScheduledExecutorService timer() {
        return timer;
    }
}
