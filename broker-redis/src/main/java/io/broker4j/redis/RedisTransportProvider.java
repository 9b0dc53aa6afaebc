package io.broker4j.redis;

import io.broker4j.spi.Locator;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.Transport;
import io.broker4j.spi.TransportProvider;
import java.util.Set;

/**
 * Opens transports for {@code redis:} and {@code rediss:} locators; the package documentation
 * describes these locators. {@code redis-sentinel:}, {@code redis-cluster:} and Unix sockets are
 * recognised, and refused for now.
 */
public final class RedisTransportProvider implements TransportProvider {

    /** For {@link java.util.ServiceLoader}. */
    public RedisTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss", "redis-sentinel", "redis-cluster", "redis-socket", "redis+socket", "unix");
    }

    @Override
    public Transport open(Locator locator, Receiver receiver) {
        LibraryVersions.check();
        return RedisTransport.open(RedisOptions.from(locator), receiver);
    }
}
