package io.broker4j.chat;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells when there were too many refusals in too little time. Not for use by several threads. */
final class RefusalWindow {
    private final long windowNanos;
    private final LongSupplier nanoClock;
    /** When the last refusals were, the oldest where the next one goes; most clients never have one. */
    private long @Nullable [] times;

    private int count;

    RefusalWindow(Duration window, LongSupplier nanoClock) {
        windowNanos = window.toNanos();
        this.nanoClock = nanoClock;
    }

    /** Counts one more; true if it is one too many. */
    boolean add() {
        long[] ring = times;
        if (ring == null) {
            ring = new long[ProtocolLimits.REFUSALS];
            times = ring;
        }
        long now = nanoClock.getAsLong();
        ring[count++ % ring.length] = now;
        return count >= ring.length && now - ring[count % ring.length] <= windowNanos;
    }
}
