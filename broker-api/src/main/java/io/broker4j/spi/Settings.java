package io.broker4j.spi;

import java.time.Duration;

/**
 * The time-outs and intervals of a broker.
 *
 * @param publishTimeout a publish that is not answered within this time fails {@code UNKNOWN} (P1)
 * @param subscribeTimeout a subscribe that is not confirmed within this time fails (S9)
 * @param closeTimeout the longest time that {@link io.broker4j.Broker#close() close} takes (C4)
 * @param poll a subscription to a durable topic that has received no hint for this time reads the
 *     log anyway
 * @param lease another member takes over what a group's member has read and not renewed for this
 *     time (L6); a member renews three times per lease
 */
public record Settings(
        Duration publishTimeout, Duration subscribeTimeout, Duration closeTimeout, Duration poll, Duration lease) {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** 2 s to publish, 5 s to subscribe, 5 s to close; a poll every 5 s, a lease of 30 s. */
    public static final Settings DEFAULTS =
            new Settings(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(5));

    /**
     * Checks the ranges.
     *
     * @param publishTimeout from 10 ms to 10 min
     * @param subscribeTimeout from 10 ms to 10 min
     * @param closeTimeout from 10 ms to 10 min
     * @param poll from 10 ms to 10 min
     * @param lease from 10 ms to 10 min
     * @throws IllegalArgumentException if one is shorter than 10 ms or longer than 10 min
     */
    public Settings {
        check("publishTimeout", publishTimeout);
        check("subscribeTimeout", subscribeTimeout);
        check("closeTimeout", closeTimeout);
        check("poll", poll);
        check("lease", lease);
    }

    /**
     * Creates settings with a poll every 5 s and a lease of 30 s.
     *
     * @param publishTimeout from 10 ms to 10 min
     * @param subscribeTimeout from 10 ms to 10 min
     * @param closeTimeout from 10 ms to 10 min
     * @throws IllegalArgumentException if one is shorter than 10 ms or longer than 10 min
     */
    public Settings(Duration publishTimeout, Duration subscribeTimeout, Duration closeTimeout) {
        this(publishTimeout, subscribeTimeout, closeTimeout, Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    private static void check(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", must be from 10 ms to 10 min");
        }
    }

    /**
     * Takes {@code publishTimeout}, {@code subscribeTimeout}, {@code poll} and {@code lease} from a locator's parameters.
     *
     * @param parameters to read; other parameters may be read before and after
     * @return the given values, each from 10 ms to 10 min; the default for a value that is not
     *     given
     * @throws IllegalArgumentException if one is not a duration in its range
     */
    public static Settings from(Locator.Parameters parameters) {
        return new Settings(
                parameters.duration("publishTimeout", DEFAULTS.publishTimeout, SHORTEST, LONGEST),
                parameters.duration("subscribeTimeout", DEFAULTS.subscribeTimeout, SHORTEST, LONGEST),
                DEFAULTS.closeTimeout,
                parameters.duration("poll", DEFAULTS.poll, SHORTEST, LONGEST),
                parameters.duration("lease", DEFAULTS.lease, SHORTEST, LONGEST));
    }
}
