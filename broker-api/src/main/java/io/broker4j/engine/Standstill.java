package io.broker4j.engine;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Notices that a member of a group holds messages and makes no progress, because a handler call takes long or its executor is
 * busy. Looks twice a second while messages wait.
 */
final class Standstill {
    private static final long LOOK_MILLIS = 500;

    private final Ledger ledger;
    private final Later later;
    private final Runnable noticed;
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile long stoodAt = -1;

    /** Runs {@code noticed} each time that a standstill begins. */
    Standstill(Ledger ledger, Later later, Runnable noticed) {
        this.ledger = ledger;
        this.later = later;
        this.noticed = noticed;
    }

    boolean isNow() {
        return ledger.progress() == stoodAt;
    }

    /** Starts to look, because messages may wait. */
    void watch() {
        if (ledger.waiting() > 0 && !watching.get() && watching.compareAndSet(false, true)) {
            long seen = ledger.progress();
            later.run(LOOK_MILLIS, () -> look(seen));
        }
    }

    private void look(long seen) {
        watching.set(false); // before looking: messages that arrive from here on start a new watch
        if (ledger.progress() != seen) {
            watch();
        } else if (ledger.waiting() > 0) {
            stoodAt = seen;
            noticed.run();
        }
    }
}
