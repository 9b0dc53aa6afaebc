package io.broker4j.inmemory;

import io.broker4j.spi.Locator;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.Transport;
import io.broker4j.spi.TransportProvider;
import java.util.Set;

/** Opens {@code memory:} and {@code memory:NAME}; found by the service loader. */
public final class InMemoryTransportProvider implements TransportProvider {

    /** For the service loader. */
    public InMemoryTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public Transport open(Locator locator, Receiver receiver) {
        if (!locator.host().isEmpty() || !locator.user().isEmpty()) {
            throw new IllegalArgumentException(
                    locator + " must be memory: or memory:NAME, there is no host to connect to");
        }
        Locator.Parameters parameters = locator.parameters();
        boolean encode = parameters.choice("encode", "true", "true", "false").equals("true");
        parameters.rejectUnknown();
        return locator.path().isEmpty()
                ? alone(encode, receiver)
                : SharedMedium.acquire(locator.path()).join(encode, receiver);
    }

    /** A medium without a name has one broker and no switches. */
    private static Transport alone(boolean encode, Receiver receiver) {
        Loopback medium = new Loopback("");
        return new InMemoryTransport(medium, receiver, encode, medium::close);
    }
}
