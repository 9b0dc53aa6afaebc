package io.broker4j.redis.chaos;

import io.broker4j.testkit.RedisServer;
import io.broker4j.testkit.TcpProxy;

/** What the brokers under test talk to: a server, and the network before it. */
record Stage(RedisServer redis, TcpProxy proxy) implements AutoCloseable {
    /** The server's user that the brokers under test are; a restart gives it back its rights. */
    static final String USER = "chaos";

    static Stage set() {
        RedisServer redis = RedisServer.start("--user", USER, "on", ">" + USER, "allkeys", "allchannels", "+@all");
        return new Stage(redis, TcpProxy.to(redis.port()));
    }

    /** Where the brokers under test are sent: through the network. */
    String locator() {
        return "redis://" + USER + ":" + USER + "@127.0.0.1:" + proxy.port();
    }

    @Override
    public void close() {
        proxy.close();
        redis.close();
    }
}
