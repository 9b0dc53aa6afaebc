package io.broker4j.inmemory;

import io.broker4j.Broker;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Settings;
import io.broker4j.spi.Transport;
import io.broker4j.spi.TransportProvider;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Opens {@code memory:} and {@code memory:NAME}; found by the service loader. */
public final class InMemoryTransportProvider implements TransportProvider {

    /** For the service loader. */
    public InMemoryTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public Broker open(Locator locator) {
        return open(locator, transport -> transport);
    }

    /** With something in front of the transport. */
    Broker open(Locator locator, UnaryOperator<Transport> front) {
        if (!locator.host().isEmpty() || !locator.user().isEmpty()) {
            throw new IllegalArgumentException(
                    locator + " must be memory: or memory:NAME, there is no host to connect to");
        }
        Locator.Parameters parameters = locator.parameters();
        boolean encode = parameters.choice("encode", "true", "true", "false").equals("true");
        Settings settings = Settings.from(parameters);
        parameters.rejectUnknown();
        Medium medium = locator.path().isEmpty() ? new Medium("") : Medium.acquire(locator.path());
        return medium.open(encode, settings, front);
    }
}
