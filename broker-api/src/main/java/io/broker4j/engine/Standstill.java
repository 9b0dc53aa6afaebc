package io.broker4j.engine;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Notices that a member of a group holds messages and makes no progress, because a handler call takes long or its executor is
 * busy. Looks twice a second while messages wait.
 */
final class Standstill {
    private static final long LOOK_MILLIS = 500;

    private final Unfinished unfinished;
    private final Later later;
    private final Runnable noticed;
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile long stoodAt = -1;

    /** Runs {@code noticed} each time that a standstill begins. */
    Standstill(Unfinished unfinished, Later later, Runnable noticed) {
        this.unfinished = unfinished;
        this.later = later;
        this.noticed = noticed;
    }

    boolean isNow() {
        return unfinished.progress() == stoodAt;
    }

    /** Messages may wait from now on. */
    void watch() {
        if (unfinished.waiting() > 0 && !watching.get() && watching.compareAndSet(false, true)) {
            long seen = unfinished.progress();
            later.run(LOOK_MILLIS, () -> look(seen));
        }
    }

    private void look(long seen) {
        watching.set(false); // before looking: messages that arrive from here on start a new watch
        if (unfinished.progress() != seen) {
            watch();
        } else if (unfinished.waiting() > 0) {
            stoodAt = seen;
            noticed.run();
        }
    }
}
