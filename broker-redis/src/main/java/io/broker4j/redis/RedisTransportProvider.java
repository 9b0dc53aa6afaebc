package io.broker4j.redis;

import io.broker4j.Broker;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.spi.TransportProvider;
import java.util.Set;

/**
 * Finds brokers for {@code redis:} and {@code rediss:} locators; the package documentation describes them. {@code
 * redis-sentinel:}, {@code redis-cluster:} and Unix sockets are recognised, and refused for now.
 */
public final class RedisTransportProvider implements TransportProvider {

    /** For {@link java.util.ServiceLoader}. */
    public RedisTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss", "redis-sentinel", "redis-cluster", "redis-socket", "redis+socket", "unix");
    }

    @Override
    public Broker open(Locator locator) {
        LibraryVersions.check();
        RedisOptions options = RedisOptions.from(locator);
        return Engine.open(new RedisTransport(options), options.settings());
    }
}
