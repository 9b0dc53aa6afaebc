package io.broker4j.spi;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the messages that a full {@code DROP_NEWEST} mailbox refused, from the first until its handler is told. */
final class Refused {
    private static final long TOLD = -1;

    private final AtomicLong count = new AtomicLong(1);

    /** Counts one more; false if the handler has been told already. */
    boolean add() {
        return count.getAndUpdate(n -> n == TOLD ? TOLD : n + 1) != TOLD;
    }

    /** Ends counting: how many there were. */
    long tell() {
        return count.getAndSet(TOLD);
    }

    /** How many so far, 0 once told. */
    long untold() {
        return Math.max(0, count.get());
    }
}
