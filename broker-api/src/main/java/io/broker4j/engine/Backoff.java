package io.broker4j.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Back-off with full jitter: each delay is a random part of a bound that doubles up to a limit. */
final class Backoff {
    private static final int MAX_DOUBLINGS = 30;

    private final Duration first;
    private final Duration longest;

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** The delay in milliseconds after a number of failures, which is at least 1. */
    long millisAfter(int failures) {
        long doubled = first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
        long limit = doubled < 0 ? longest.toMillis() : Math.min(doubled, longest.toMillis());
        return ThreadLocalRandom.current().nextLong(limit + 1);
    }
}
