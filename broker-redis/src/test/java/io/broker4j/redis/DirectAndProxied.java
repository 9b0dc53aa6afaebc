package io.broker4j.redis;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two transports of one server: one whose connections the test disturbs, and one that sees what really happened. */
abstract class DirectAndProxied extends BehindProxy {
    Transports direct;
    Transports proxied;

    @BeforeEach
    void openTransports() {
        direct = Transports.open(redis.uri());
        proxied = Transports.open(RestrictedRedis.uri(proxy));
    }

    @AfterEach
    void closeTransports() {
        direct.close();
        proxied.close();
    }
}
