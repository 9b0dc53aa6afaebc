package io.broker4j.redis;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Back-off pauses with full jitter: uniform between zero and a bound that doubles from 50 ms to 5
 * s. Not thread-safe.
 */
final class ReconnectPauses {
    private static final long FIRST_MILLIS = 50;
    private static final long LAST_MILLIS = 5_000;

    private final RandomGenerator random;
    private long bound = FIRST_MILLIS;

    ReconnectPauses(RandomGenerator random) {
        this.random = random;
    }

    /** How long to wait before the next attempt. */
    Duration next() {
        long millis = random.nextLong(bound + 1);
        bound = Math.min(LAST_MILLIS, bound * 2);
        return Duration.ofMillis(millis);
    }

    /** Begins again with short pauses. */
    void reset() {
        bound = FIRST_MILLIS;
    }
}
