package io.broker4j.engine;

import java.time.Duration;

/** Back-off with full jitter: each delay is a random part of a bound that doubles up to a limit. */
final class Backoff {
    private static final int MAX_DOUBLINGS = 30;

    private final Duration first;
    private final Duration longest;

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** Runs a task after a delay that suits a number of failures, which is at least 1. */
    void run(int failures, Later later, Runnable task) {
        long doubled = first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
        long limit = doubled < 0 ? longest.toMillis() : Math.min(doubled, longest.toMillis());
        later.runBetween(0, limit, task);
    }
}
