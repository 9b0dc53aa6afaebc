package io.broker4j.spi;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

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
     * Finds the provider of a locator's scheme, with the context class loader and then with ours, and opens the broker.
     *
     * @param locator as {@link Broker#open} takes it
     * @return the broker, owned by the caller
     * @throws IllegalArgumentException if the locator is malformed or its scheme unknown
     * @throws BrokerException if the scheme's artifact is missing, or as {@link #open(Locator)}
     */
    static Broker open(String locator) {
        Locator parsed = Locator.parse(locator);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        Set<String> known = new TreeSet<>();
        for (ClassLoader loader : new ClassLoader[] {context, TransportProvider.class.getClassLoader()}) {
            for (TransportProvider provider : ServiceLoader.load(TransportProvider.class, loader)) {
                if (provider.schemes().contains(parsed.scheme())) {
                    return provider.open(parsed);
                }
                known.addAll(provider.schemes());
            }
        }
        String artifact = Map.of("memory", "inmemory", "redis", "redis", "rediss", "redis")
                .get(parsed.scheme());
        if (artifact != null) {
            throw new BrokerException("no transport for " + parsed + ": add the dependency io.broker4j:broker-"
                    + artifact + ", on the module path also `requires io.broker4j." + artifact
                    + ";` (README#no-transport)");
        }
        throw new IllegalArgumentException(
                "unknown scheme '" + parsed.scheme() + "' in locator " + parsed + "; known here: "
                        + (known.isEmpty() ? "none, add io.broker4j:broker-inmemory or broker-redis" : known)
                        + " (README#no-transport)");
    }
}
