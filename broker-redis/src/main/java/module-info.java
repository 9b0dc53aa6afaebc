import org.jspecify.annotations.NullMarked;

/** Brokers over Redis, on Lettuce. */
@NullMarked
module io.broker4j.redis {
    requires transitive io.broker4j;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;
    requires lettuce.core;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    requires io.netty.resolver.dns;
    requires io.netty.transport;
    requires reactor.core;

    exports io.broker4j.redis;

    provides io.broker4j.spi.TransportProvider with
            io.broker4j.redis.RedisTransportProvider;
}
