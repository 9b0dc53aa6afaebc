package io.broker4j.testkit;

import io.broker4j.Broker;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;

/**
 * What a {@link BrokerContract} is run on: something that brokers connect to and meet on. Only {@link #connect} has to be
 * implemented; what else a medium can show or do lets more tests run, and those that need what it has not are skipped, which
 * the report on rules says.
 */
@FunctionalInterface
public interface Medium extends AutoCloseable {

    /**
     * Opens one more broker on this medium, as one more server would. The kit closes it.
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

    /** {@return how long to wait for what this medium does at once when all is well; 10 s} */
    default Duration patience() {
        return Inbox.PATIENCE;
    }

    /** Ends all faults and releases what was opened for one test; its brokers are closed by then. */
    @Override
    default void close() {}
}
