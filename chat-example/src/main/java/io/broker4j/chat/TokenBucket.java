package io.broker4j.chat;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets a burst through and then a steady rate. Not for use by several threads. */
final class TokenBucket {
    private final double perNano;
    private final int burst;
    private final LongSupplier nanoClock;
    private double tokens;
    private long countedAt;

    /** A rate of 0 lets everything through. */
    TokenBucket(int perSecond, int burst, LongSupplier nanoClock) {
        this.perNano = (double) perSecond / TimeUnit.SECONDS.toNanos(1);
        this.burst = burst;
        this.nanoClock = nanoClock;
        tokens = burst;
        countedAt = nanoClock.getAsLong();
    }

    /** Takes a token and returns 0, or returns the milliseconds until there is one. */
    long take() {
        if (perNano == 0) {
            return 0;
        }
        long now = nanoClock.getAsLong();
        tokens = Math.min(burst, tokens + (now - countedAt) * perNano);
        countedAt = now;
        if (tokens >= 1) {
            tokens -= 1;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((1 - tokens) / perNano / TimeUnit.MILLISECONDS.toNanos(1)));
    }
}
