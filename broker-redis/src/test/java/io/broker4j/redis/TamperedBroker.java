package io.broker4j.redis;

import io.broker4j.Broker;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Transport;
import java.util.function.UnaryOperator;

/** A broker over Redis with something between it and its transport, for negative controls. */
public final class TamperedBroker {
    private TamperedBroker() {}

    /**
     * Opens one.
     *
     * @param locator as for {@link Broker#open}
     * @param tamper given the transport, not started yet
     * @return the broker, owned by the caller
     */
    public static Broker open(String locator, UnaryOperator<Transport> tamper) {
        RedisOptions options = RedisOptions.from(Locator.parse(locator));
        return Engine.open(tamper.apply(new RedisTransport(options)), options.settings());
    }
}
