package io.broker4j.redis;

import io.broker4j.Broker;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Settings;
import io.broker4j.spi.Transport;
import java.util.function.UnaryOperator;

/** A broker over Redis with something between it and its transport, for negative controls. */
public final class TamperedBroker {
    private TamperedBroker() {}

    /**
     * Opens one.
     *
     * @param locator as for {@link Broker#open}
     * @param tamper given the transport
     * @return the broker, owned by the caller
     */
    public static Broker open(String locator, UnaryOperator<Transport> tamper) {
        Locator whole = Locator.parse(locator);
        RedisTransportProvider redis = new RedisTransportProvider();
        return Engine.open(Settings.from(whole.parameters()), receiver -> tamper.apply(redis.open(whole, receiver)));
    }
}
