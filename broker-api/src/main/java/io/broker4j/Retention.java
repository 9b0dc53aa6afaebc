package io.broker4j;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How much of a durable topic its log keeps (L8). It is the publisher's: each publish carries it to the medium. If publishers
 * differ the smallest count wins, because each publish drops what is beyond its own, and the newest message says when an idle
 * log ends: one without idle expiry keeps the log, whatever earlier ones wanted.
 *
 * @param count the log holds at least this many of the newest messages, and at most 1,000 more
 * @param idleExpiry the log is deleted when nothing has been published for that long after this publisher's message; empty
 *     for never
 */
public record Retention(int count, Optional<Duration> idleExpiry) {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(3_650);

    /**
     * Checks the ranges.
     *
     * @param count at least 1
     * @param idleExpiry from 100 ms to 3,650 days, or empty
     * @throws IllegalArgumentException if one is outside its range
     */
    public Retention {
        if (count < 1) {
            throw new IllegalArgumentException("retention of " + count + " messages, must be at least 1");
        }
        idleExpiry.ifPresent(idle -> {
            if (idle.compareTo(SHORTEST) < 0 || idle.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("idle expiry is " + idle + ", must be from 100 ms to 3,650 days");
            }
        });
    }

    /**
     * Keeps the newest messages, for ever.
     *
     * @param messages at least 1
     * @return the retention
     * @throws IllegalArgumentException if it is less
     */
    public static Retention count(int messages) {
        return new Retention(messages, Optional.empty());
    }

    /**
     * {@return a copy whose log ends when nothing has been published for a while}
     *
     * @param idle from 100 ms to 3,650 days; a subscription notices the end as a {@link Gap.Reason#RESET RESET}, if it was at
     *     a message of that log
     * @throws IllegalArgumentException if it is outside that range
     */
    public Retention expireWhenIdle(Duration idle) {
        return new Retention(count, Optional.of(Objects.requireNonNull(idle, "idle")));
    }
}
