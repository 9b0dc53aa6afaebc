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
     * @return the broker that {@link Engine#open} returns, owned by the caller
     * @throws IllegalArgumentException if the locator is not valid for this transport
     * @throws BrokerException if the medium cannot be reached or refuses us
     */
    Broker open(Locator locator);

    /**
     * Finds the provider of a locator's scheme, with our own class loader and then with the context class loader, and opens
     * the broker. A provider that cannot be loaded is logged and skipped.
     *
     * @param locator as {@link Broker#open} takes it
     * @return the broker, owned by the caller
     * @throws IllegalArgumentException if the locator is malformed or its scheme unknown
     * @throws BrokerException if the scheme's artifact is missing, or as {@link #open(Locator)}
     */
    static Broker open(String locator) {
        return new Providers().open(Locator.parse(locator));
    }
}
