package io.broker4j.spi;

import java.time.Duration;

/** Points in time on {@link System#nanoTime}, however long the duration. */
final class Deadline {
    private static final Duration LONGEST = Duration.ofDays(365);

    private Deadline() {}

    static long in(Duration duration) {
        return System.nanoTime() + (duration.compareTo(LONGEST) < 0 ? duration : LONGEST).toNanos();
    }

    /** What is left until a deadline, not negative. */
    static Duration left(long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }
}
