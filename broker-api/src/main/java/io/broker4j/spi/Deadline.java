package io.broker4j.spi;

import java.time.Duration;
import java.util.Objects;

/** Points in time on {@link System#nanoTime}, however long the duration. */
final class Deadline {
    private static final Duration LONGEST = Duration.ofDays(365);

    private Deadline() {}

    static long in(Duration duration) {
        return System.nanoTime() + (duration.compareTo(LONGEST) < 0 ? duration : LONGEST).toNanos();
    }

    /** The time for draining that a user asks for, if it makes sense. */
    static Duration checkDrain(Duration drain) {
        if (Objects.requireNonNull(drain, "drain").isNegative()) {
            throw new IllegalArgumentException("drain is " + drain + ", must not be negative; zero waits for nothing");
        }
        return drain;
    }

    /** What is left until a deadline, not negative. */
    static Duration left(long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }
}
