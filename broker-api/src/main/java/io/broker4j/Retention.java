package io.broker4j;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many messages the log of a durable topic keeps, and for how long (L8). The publisher sets it:
 * each publish carries it to the medium. If publishers differ, the smallest count wins, because
 * each publish drops the messages beyond its own count. The newest message decides when an idle log
 * expires: if it has no idle expiry, the log does not expire, even if earlier messages had one.
 * Immutable.
 */
public final class Retention {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(3_650);

    private final int count;
    private final @Nullable Duration idleExpiry;

    private Retention(int count, @Nullable Duration idleExpiry) {
        this.count = count;
        this.idleExpiry = idleExpiry;
    }

    /**
     * Keeps the newest messages, without expiry.
     *
     * @param messages at least 1; the log may hold up to 1,000 more
     * @return the retention
     * @throws IllegalArgumentException if it is less
     */
    public static Retention count(int messages) {
        if (messages < 1) {
            throw new IllegalArgumentException("retention of " + messages + " messages, must be at least 1");
        }
        return new Retention(messages, null);
    }

    /**
     * {@return a copy whose log is deleted when nothing has been published for a time}
     *
     * @param idle from 100 ms to 3,650 days; after the deletion, a subscription whose position is a
     *     message of that log receives a {@link Gap.Reason#RESET RESET} gap
     * @throws IllegalArgumentException if it is outside that range
     */
    public Retention expireWhenIdle(Duration idle) {
        Objects.requireNonNull(idle, "idle");
        if (idle.compareTo(SHORTEST) < 0 || idle.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("idle expiry is " + idle + ", must be from 100 ms to 3,650 days");
        }
        return new Retention(count, idle);
    }

    /** {@return how many of the newest messages the log keeps; it may hold up to 1,000 more} */
    public int count() {
        return count;
    }

    /**
     * {@return how long after its newest message the log is deleted; empty if it is never deleted}
     */
    public Optional<Duration> idleExpiry() {
        return Optional.ofNullable(idleExpiry);
    }

    /** {@return whether count and idle expiry are equal} */
    @Override
    public boolean equals(Object other) {
        return other instanceof Retention that && count == that.count && Objects.equals(idleExpiry, that.idleExpiry);
    }

    @Override
    public int hashCode() {
        return Objects.hash(count, idleExpiry);
    }

    @Override
    public String toString() {
        return count + " messages" + (idleExpiry == null ? "" : ", until idle for " + idleExpiry);
    }
}
