package io.broker4j.spi;

import java.util.Set;

/**
 * Makes the transports of some locator schemes. Registered with {@code provides … with …} in the module descriptor and
 * in {@code META-INF/services}.
 */
public interface TransportProvider {

    /** {@return the schemes of this provider, in lower case, such as {@code memory}} */
    Set<String> schemes();

    /**
     * Makes a transport and connects it. May block for the transport's connect time-out. If this throws, the transport
     * has released everything it opened.
     *
     * @param locator a locator with one of the {@link #schemes}. The engine has read its own
     *     {@linkplain Settings parameters}; the provider reads the others and then calls
     *     {@link Locator.Parameters#rejectUnknown}
     * @param receiver learns of the connection, from this call on
     * @return the transport, owned by the engine
     * @throws IllegalArgumentException if the locator is not valid for this transport
     * @throws io.broker4j.BrokerException if the medium cannot be reached or refuses the connection
     */
    Transport open(Locator locator, Receiver receiver);
}
