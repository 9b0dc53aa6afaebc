package io.broker4j.testkit;

import io.broker4j.Broker;
import org.junit.jupiter.api.Assumptions;

/**
 * Disturbs a {@link Medium}, for the rules that hold under faults. Calls take effect before they return, even if brokers
 * need a moment to notice. A method that is not implemented skips the tests that need it.
 */
public interface FaultHarness {

    /**
     * Breaks all connections of all brokers, in a way that brokers notice, and lets no connection be made until
     * {@link #restore}. Messages under way may or may not have reached the medium.
     */
    void cut();

    /** Ends every fault that the other methods began. Brokers may need a moment to come back. */
    void restore();

    /** Ends the medium abruptly and starts it again without memory of connections or subscriptions; returns when it runs. */
    default void restart() {
        Assumptions.abort("this medium cannot be restarted");
    }

    /**
     * Lets the medium accept requests and answer none until {@link #restore}. Connections stay. Accepted requests may be
     * carried out later or never.
     */
    default void stall() {
        Assumptions.abort("this medium cannot be stalled");
    }

    /** Lets the medium answer every publish with an error until {@link #restore}. */
    default void reject() {
        Assumptions.abort("this medium cannot be made to reject");
    }

    /** Lets the medium lose every message until {@link #restore}, silently: publishers get their receipts. */
    default void drop() {
        Assumptions.abort("this medium cannot be made to lose messages");
    }

    /** Lets the medium deliver every message twice in a row until {@link #restore}. */
    default void duplicate() {
        Assumptions.abort("this medium cannot be made to duplicate messages");
    }

    /**
     * Cuts off one broker, as if its process had been stopped: until {@link #restore} it reaches nothing, and may notice.
     *
     * @param broker one that {@link Medium#connect} has opened
     */
    default void isolate(Broker broker) {
        Assumptions.abort("this medium cannot cut off one broker");
    }

    /** Lets the medium lose the hints that logs have grown, and nothing else, until {@link #restore}. */
    default void loseHints() {
        Assumptions.abort("this medium cannot be made to lose hints");
    }

    /**
     * Drops the oldest messages from the log of a durable topic.
     *
     * @param topic its name
     * @param kept exactly how many of the newest stay
     */
    default void trimLog(String topic, int kept) {
        Assumptions.abort("this medium cannot trim a log");
    }

    /**
     * Deletes the log of a durable topic, with its groups.
     *
     * @param topic its name
     */
    default void deleteLog(String topic) {
        Assumptions.abort("this medium cannot delete a log");
    }

    /**
     * Remembers the log of a durable topic, with its groups, for {@link #takeBackLog}.
     *
     * @param topic its name
     */
    default void saveLog(String topic) {
        Assumptions.abort("this medium cannot be taken back to an older state");
    }

    /**
     * Restores the log of a durable topic, with its groups, to its state at {@link #saveLog}, as a failover to a server that
     * lags behind does, or a restart from an older state.
     *
     * @param topic its name
     */
    default void takeBackLog(String topic) {
        Assumptions.abort("this medium cannot be taken back to an older state");
    }

    /** Lets the medium deliver every second message before the first, until {@link #restore}. */
    default void swap() {
        Assumptions.abort("this medium cannot be made to reorder messages");
    }
}
