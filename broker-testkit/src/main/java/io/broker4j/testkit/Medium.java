package io.broker4j.testkit;

import io.broker4j.Broker;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;

/**
 * The medium that a {@link BrokerContract} runs on: brokers connect to it and exchange messages over it. Only
 * {@link #connect} must be implemented. Every other method lets more tests run; tests that need a method that is not
 * implemented are skipped, and the report on rules says so.
 */
@FunctionalInterface
public interface Medium extends AutoCloseable {

    /**
     * Opens one more broker on this medium, as another server would. The kit closes the broker.
     *
     * @param parameters settings as in a locator: {@code publishTimeout=300ms}, {@code subscribeTimeout=300ms}
     * @return the broker, connected
     */
    Broker connect(String... parameters);

    /** {@return means of disturbing this medium; asked for more than once in a test} */
    default FaultHarness faults() {
        return Assumptions.abort("this medium has no fault harness");
    }

    /**
     * {@return how many subscriptions to this very topic the medium itself has now, over all brokers (S6)}
     *
     * @param topic a name without wildcards; patterns that match it do not count
     */
    default int subscriptionsTo(String topic) {
        return Assumptions.abort("this medium does not show its subscriptions");
    }

    /** {@return how many connections brokers have to the medium now (C4)} */
    default int connections() {
        return Assumptions.abort("this medium does not show its connections");
    }

    /**
     * {@return whether a thread is this medium's own, so that it may outlive a broker (C4)}
     *
     * @param thread one that was not there before a broker was opened
     */
    default boolean owns(Thread thread) {
        return false;
    }

    /**
     * {@return how long to wait for an action that this medium does at once when all is well; 30 s, since a test that
     * passes never waits that long, even on a machine that does much else}
     */
    default Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** Ends all faults and releases everything opened for one test; the test's brokers are closed by then. */
    @Override
    default void close() {}
}
