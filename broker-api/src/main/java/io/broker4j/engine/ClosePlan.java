package io.broker4j.engine;

import java.time.Duration;

/**
 * The deadlines of closing a broker, each on {@link System#nanoTime}. A step that ends early leaves its time to the
 * next step.
 *
 * @param drained until then handlers get the queued messages, and calls in progress may continue; later they are
 *     interrupted
 * @param settled until then the medium answers the requests of handlers and of groups
 * @param released until then the medium releases this broker, and interrupted handlers return
 * @param over close returns then at the latest, even if work is left
 * @param told until then listeners receive the waiting events, if necessary after close has
 *     returned
 */
record ClosePlan(long drained, long settled, long released, long over, long told) {
    private static final int PARTS_FOR_DRAINING = 4;
    private static final int PARTS = 5;

    /** Gives draining the requested time; the other steps take a fifth of the close time-out. */
    static ClosePlan of(Duration drain, Duration closeTimeout) {
        long drained = Deadline.in(drain);
        long step = closeTimeout.dividedBy(PARTS).toNanos() / 5;
        return new ClosePlan(
                drained, drained + 2 * step, drained + 3 * step, drained + 5 * step, drained + closeTimeout.toNanos());
    }

    /** The draining time for a close that must end within a given time. */
    static Duration drain(Duration closeTimeout) {
        return closeTimeout.dividedBy(PARTS).multipliedBy(PARTS_FOR_DRAINING);
    }
}
