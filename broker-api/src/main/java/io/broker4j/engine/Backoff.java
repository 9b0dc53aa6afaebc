package io.broker4j.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Delays that double up to a limit, each a random part of that (full jitter). */
final class Backoff {
    private static final int MAX_DOUBLINGS = 30;

    private final Duration first;
    private final Duration longest;

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** How many milliseconds to wait after so many failures, from 1. */
    long millisAfter(int failures) {
        long doubled = first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
        long limit = doubled < 0 ? longest.toMillis() : Math.min(doubled, longest.toMillis());
        return ThreadLocalRandom.current().nextLong(limit + 1);
    }
}
