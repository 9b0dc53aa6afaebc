package io.broker4j.redis;

import io.broker4j.testkit.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A Redis of each test's own, and a proxy before it. What a subclass opens after them is closed before them. */
abstract class BehindProxy {
    RestrictedRedis redis;
    TcpProxy proxy;

    /** For a user of durable topics too, unless a subclass does without. */
    RestrictedRedis startServer() {
        return RestrictedRedis.startForLogs();
    }

    @BeforeEach
    void openServer() {
        redis = startServer();
        proxy = TcpProxy.to(redis.port());
    }

    @AfterEach
    void closeServer() {
        proxy.close();
        redis.close();
    }
}
