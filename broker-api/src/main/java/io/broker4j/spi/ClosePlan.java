package io.broker4j.spi;

import java.time.Duration;

/**
 * The deadlines of closing a broker, each on {@link System#nanoTime}. A step that is done early leaves its time to the next.
 *
 * @param drained until then handlers get what waits, and calls in progress may go on; what runs longer is interrupted
 * @param settled until then the medium answers what it was told
 * @param released until then the medium lets go of us, and handlers that were interrupted return
 * @param over when close returns, whatever is left
 * @param told until then listeners are told what has happened, if need be behind that
 */
record ClosePlan(long drained, long settled, long released, long over, long told) {
    private static final int PARTS_FOR_DRAINING = 4;
    private static final int PARTS = 5;

    /** With some time for draining; the rest takes a fifth of the time to close. */
    static ClosePlan of(Duration drain, Duration closeTimeout) {
        long drained = Deadline.in(drain);
        long step = closeTimeout.dividedBy(PARTS).toNanos() / 5;
        return new ClosePlan(
                drained, drained + 2 * step, drained + 3 * step, drained + 5 * step, drained + closeTimeout.toNanos());
    }

    /** The time for draining of a close that is to end in a given time. */
    static Duration drain(Duration closeTimeout) {
        return closeTimeout.dividedBy(PARTS).multipliedBy(PARTS_FOR_DRAINING);
    }
}
