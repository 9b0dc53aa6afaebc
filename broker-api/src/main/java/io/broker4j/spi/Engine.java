package io.broker4j.spi;

import io.broker4j.Broker;

/** Makes a broker of a transport. */
public final class Engine {
    private Engine() {}

    /**
     * A broker over a transport, which it starts, and closes when it is closed.
     *
     * @throws io.broker4j.BrokerException what {@link Transport#start} throws; the transport is closed then
     */
    public static Broker open(Transport transport, Settings settings) {
        EngineBroker broker = new EngineBroker(transport, settings);
        try {
            transport.start(broker);
            return broker;
        } catch (RuntimeException | Error refused) {
            broker.close();
            throw refused;
        }
    }
}
