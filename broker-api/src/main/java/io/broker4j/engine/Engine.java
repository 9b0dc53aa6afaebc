package io.broker4j.engine;

import io.broker4j.Broker;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Settings;
import io.broker4j.spi.Transport;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

/** Makes a broker of a transport. */
public final class Engine implements Broker.Opener {

    /** For the service loader. */
    public Engine() {}

    @Override
    public Broker open(String locator) {
        return new Providers().open(Locator.parse(locator));
    }

    /**
     * A broker over a transport, which it starts, and closes when it is closed.
     *
     * @param transport not started yet; the broker's from now on, also if this throws
     * @param settings the time-outs of the broker
     * @return the broker, owned by the caller; its transport has started
     * @throws io.broker4j.BrokerException what {@link Transport#start} throws; the transport is closed then
     */
    public static Broker open(Transport transport, Settings settings) {
        return open(transport, settings, Threads::platform);
    }

    static Broker open(Transport transport, Settings settings, Function<String, ThreadFactory> threads) {
        EngineBroker broker = new EngineBroker(transport, settings, threads);
        try {
            broker.start();
            return broker;
        } catch (RuntimeException | Error refused) {
            broker.close();
            throw refused;
        }
    }
}
