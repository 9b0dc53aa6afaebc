package io.broker4j.inmemory;

import io.broker4j.Broker;
import io.broker4j.PublishException;

/**
 * A hold on a named medium, and the switches that make it behave like a bad network. Everything is deterministic: what is
 * random is drawn from a seed.
 *
 * <p>Safe for use from any thread. The medium and its faults live while a broker or a hold is open.
 */
public final class InMemoryMedium implements AutoCloseable {
    private final SharedMedium medium;
    private boolean closed;

    private InMemoryMedium(SharedMedium medium) {
        this.medium = medium;
    }

    /**
     * Holds the medium of {@code memory:NAME}, which is made if it does not exist.
     *
     * @param name 1–64 characters of {@code [A-Za-z0-9._-]}
     * @return the hold, owned by the caller, who closes it
     * @throws IllegalArgumentException if the name is another
     */
    public static InMemoryMedium named(String name) {
        return new InMemoryMedium(SharedMedium.acquire(name));
    }

    /** {@return what to give to {@link Broker#open}: {@code memory:NAME}} */
    public String locator() {
        return "memory:" + medium.name();
    }

    /**
     * Cuts the link of one broker: it receives nothing, its publishes fail {@code NOT_SENT}, its new subscriptions wait.
     *
     * @param broker one that was opened with this medium's {@link #locator}
     * @throws IllegalArgumentException if the broker is not open on this medium
     */
    public void disconnect(Broker broker) {
        medium.setConnected(broker, false);
    }

    /**
     * Mends the link of one broker: its subscriptions are live again and told of a gap.
     *
     * @param broker one that was opened with this medium's {@link #locator}
     * @throws IllegalArgumentException if the broker is not open on this medium
     */
    public void reconnect(Broker broker) {
        medium.setConnected(broker, true);
    }

    /** Cuts the links of all brokers. */
    public void disconnectAll() {
        medium.setAllConnected(false);
    }

    /** Mends the links of all brokers. */
    public void reconnectAll() {
        medium.setAllConnected(true);
    }

    /** From here on the medium answers nothing: publishes and subscribes stay without an answer until {@link #resume}. */
    public void stall() {
        medium.setStalled(true);
    }

    /** Answers again; a publish that was not given up meanwhile is delivered. */
    public void resume() {
        medium.setStalled(false);
    }

    /**
     * Fails the next publish of any broker. {@code NOT_SENT} and {@code REJECTED} are not delivered, {@code UNKNOWN} is.
     * Calls add up.
     *
     * @param outcome what the publisher is told
     */
    public void failNext(PublishException.Outcome outcome) {
        medium.network().failNext(outcome);
    }

    /**
     * Has frames dropped, doubled, delayed or reordered from here on, in place of what was set before.
     *
     * @param faults {@link Faults#NONE} for a good network again; its seed starts anew
     */
    public void inject(Faults faults) {
        medium.network().inject(faults);
    }

    /**
     * Has all hints lost, so that logs are read by subscriptions that poll, or not.
     *
     * @param lost whether they get lost from here on
     */
    public void loseHints(boolean lost) {
        medium.network().setLosingHints(lost);
    }

    /**
     * Drops the oldest messages of a durable topic from its log.
     *
     * @param topic its name
     * @param kept how many of the newest stay, at least 0
     */
    public void trim(String topic, int kept) {
        medium.atRest(() -> medium.logs().existing(topic).ifPresent(log -> log.trim(kept)));
    }

    /**
     * Deletes the log of a durable topic, with its groups: as if nothing had ever been published to it.
     *
     * @param topic its name
     */
    public void reset(String topic) {
        medium.atRest(() -> medium.logs().delete(topic));
    }

    /** Ends this hold. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            medium.release();
        }
    }
}
