package io.broker4j.spi;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import java.util.Set;

/**
 * Opens the brokers of some locator schemes. Registered with {@code provides … with …} in the module descriptor and in
 * {@code META-INF/services}.
 */
public interface TransportProvider {

    /** {@return the schemes it answers for, in lower case, such as {@code memory}} */
    Set<String> schemes();

    /**
     * Opens a broker. May block for the transport's connect time-out.
     *
     * @param locator of one of the {@link #schemes}; parameters that it does not know are to be rejected
     * @return the broker, owned by the caller; what {@link Engine#open} returns
     * @throws IllegalArgumentException if the locator does not make sense to this transport
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
