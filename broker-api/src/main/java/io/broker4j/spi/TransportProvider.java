package io.broker4j.spi;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import java.util.Set;

/**
 * Opens the brokers of some locator schemes. Registered with {@code provides … with …} in the module descriptor and in
 * {@code META-INF/services}.
 */
public interface TransportProvider {

    /** {@return the schemes of this provider, in lower case, such as {@code memory}} */
    Set<String> schemes();

    /**
     * Opens a broker. May block for the transport's connect time-out.
     *
     * @param locator one with a scheme of {@link #schemes}; the provider must reject parameters that it does not know
     * @return the broker that {@code io.broker4j.engine.Engine.open} returns, owned by the caller
     * @throws IllegalArgumentException if the locator is not valid for this transport
     * @throws BrokerException if the medium cannot be reached or refuses us
     */
    Broker open(Locator locator);
}
