package io.broker4j.inmemory;

import io.broker4j.Broker;
import io.broker4j.PublishException;
import java.util.Objects;

/**
 * A handle that keeps a named medium open, with switches that make it behave like a bad network.
 * Everything is deterministic, because random decisions are drawn from a seed.
 *
 * <p>Safe for use from any thread. The medium and its faults exist while a broker or a handle is
 * open.
 */
public final class InMemoryMedium implements AutoCloseable {
    private final SharedMedium medium;
    private boolean closed;

    private InMemoryMedium(SharedMedium medium) {
        this.medium = medium;
    }

    /**
     * Opens a handle to the medium of {@code memory:NAME}. The medium is created if it does not
     * exist.
     *
     * @param name 1–64 characters of {@code [A-Za-z0-9._-]}
     * @return the handle, owned by the caller, who closes it
     * @throws IllegalArgumentException if the name does not match
     */
    public static InMemoryMedium named(String name) {
        return new InMemoryMedium(SharedMedium.acquire(Objects.requireNonNull(name, "name")));
    }

    /** {@return the locator for {@link Broker#open}: {@code memory:NAME}} */
    public String locator() {
        return medium.toString();
    }

    /**
     * Cuts the link of one broker: it receives nothing, its publishes fail {@code NOT_SENT}, and
     * its new subscriptions wait.
     *
     * @param broker a broker that was opened with this medium's {@link #locator}
     * @throws IllegalArgumentException if the broker is not open on this medium
     */
    public void disconnect(Broker broker) {
        medium.setConnected(broker, false);
    }

    /**
     * Restores the link of one broker: its subscriptions are live again, and each receives a gap.
     *
     * @param broker a broker that was opened with this medium's {@link #locator}
     * @throws IllegalArgumentException if the broker is not open on this medium
     */
    public void reconnect(Broker broker) {
        medium.setConnected(broker, true);
    }

    /** Cuts the links of all brokers. */
    public void disconnectAll() {
        medium.setAllConnected(false);
    }

    /** Restores the links of all brokers. */
    public void reconnectAll() {
        medium.setAllConnected(true);
    }

    /**
     * Stops all answers of the medium: publishes and subscribes get no answer until
     * {@link #resume}.
     */
    public void stall() {
        medium.setStalled(true);
    }

    /** Ends a stall. A publish that has not timed out meanwhile is delivered. */
    public void resume() {
        medium.setStalled(false);
    }

    /**
     * Fails the next publish of any broker. With {@code NOT_SENT} and {@code REJECTED} the message
     * is not delivered, with {@code UNKNOWN} it is. Each call fails one more publish.
     *
     * @param outcome the outcome that the publisher gets
     */
    public void failNext(PublishException.Outcome outcome) {
        medium.publishes().failNext(Objects.requireNonNull(outcome, "outcome"));
    }

    /**
     * Drops, duplicates, delays or reorders frames from now on. Replaces the faults that were set
     * before.
     *
     * @param faults {@link Faults#NONE} ends all faults; the random decisions start again from the
     *     seed
     */
    public void inject(Faults faults) {
        medium.network().inject(Objects.requireNonNull(faults, "faults"));
    }

    /**
     * Switches the loss of all hints on or off. Without hints, subscriptions read their logs only
     * when they poll.
     *
     * @param lost whether hints are lost from now on
     */
    public void loseHints(boolean lost) {
        medium.network().loseHints(lost);
    }

    /**
     * Drops the oldest messages of a durable topic from its log.
     *
     * @param topic its name
     * @param kept how many of the newest messages stay, at least 0
     * @throws IllegalArgumentException if it is negative
     */
    public void trim(String topic, int kept) {
        Objects.requireNonNull(topic, "topic");
        if (kept < 0) {
            throw new IllegalArgumentException("kept is " + kept + ", must be at least 0");
        }
        Loopback loopback = medium.loopback();
        loopback.turns().atRest(() -> loopback.logs().existing(topic).ifPresent(log -> log.trim(kept)));
    }

    /**
     * Deletes the log of a durable topic, with its groups, as if nothing had ever been published to
     * the topic.
     *
     * @param topic its name
     */
    public void reset(String topic) {
        Objects.requireNonNull(topic, "topic");
        Loopback loopback = medium.loopback();
        loopback.turns().atRest(() -> loopback.logs().delete(topic));
    }

    /** Closes this handle. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            medium.release();
        }
    }
}
