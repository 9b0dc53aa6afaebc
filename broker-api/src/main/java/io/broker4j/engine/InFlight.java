package io.broker4j.engine;

import io.broker4j.spi.Settings;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The publishes that the medium has not answered yet. Bounds their number and their bytes, headers included (P5), and
 * gives up on them in time (P1).
 */
final class InFlight {
    static final int MAX_MESSAGES = 10_000;
    static final long MAX_BYTES = 64L << 20;

    /**
     * Both bounds share one number, count in the high bits and bytes in the low bits, so that one atomic step takes a
     * place.
     */
    private static final int COUNT_SHIFT = 40;

    private static final long BYTES_MASK = (1L << COUNT_SHIFT) - 1;

    private final AtomicLong taken = new AtomicLong();
    private final Queue<Attempt> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean abandoned;
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final Machine machine;
    private final long timeoutMillis;
    private final long sweepMillis;

    InFlight(Machine machine, Settings settings) {
        this.machine = machine;
        this.timeoutMillis = settings.publishTimeout().toMillis();
        this.sweepMillis = Math.max(1, Math.min(100, timeoutMillis / 4));
    }

    /** Takes a place for a publish; false if there is none. */
    boolean take(int bytes) {
        long now = taken.addAndGet(place(bytes));
        if (now >>> COUNT_SHIFT <= MAX_MESSAGES && (now & BYTES_MASK) <= MAX_BYTES) {
            return true;
        }
        giveBack(bytes);
        return false;
    }

    void giveBack(int bytes) {
        taken.addAndGet(-place(bytes));
    }

    private static long place(int bytes) {
        return (1L << COUNT_SHIFT) + bytes;
    }

    /** Gives up on all publishes in flight and on all later ones, because the connection is closed. */
    void abandon() {
        abandoned = true;
        for (Attempt attempt = waiting.poll(); attempt != null; attempt = waiting.poll()) {
            attempt.giveUp("the broker was closed before the medium answered");
        }
    }

    /** Waits until all publishes in flight are answered, or until a deadline. */
    void awaitAnswers(long deadlineNanos) {
        // Each attempt has an outcome of its own, or gets one from the transport's close.
        Deadline.awaitDone(CompletableFuture.allOf(waiting.toArray(new Attempt[0])), deadlineNanos);
    }

    /** Watches an attempt, and gives up on it when its time has passed. */
    void watch(Attempt attempt) {
        waiting.add(attempt);
        if (abandoned) {
            abandon();
        } else {
            sweepLater();
        }
    }

    private void sweepLater() {
        if (!sweeping.get() && sweeping.compareAndSet(false, true)) {
            try {
                machine.timer().schedule(this::sweep, sweepMillis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException brokerClosed) {
                sweeping.set(false); // abandon() ends the remaining attempts
            }
        }
    }

    private void sweep() {
        sweeping.set(false);
        long now = machine.nanos();
        for (Attempt oldest = waiting.peek(); oldest != null; oldest = waiting.peek()) {
            if (!oldest.isAnswered() && oldest.deadlineNanos() - now > 0) {
                sweepLater();
                return;
            }
            if (waiting.remove(oldest)) { // abandon() may have removed it first
                oldest.giveUp("no answer within publishTimeout=" + timeoutMillis + "ms");
            }
        }
    }
}
