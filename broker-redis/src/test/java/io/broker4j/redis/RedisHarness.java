package io.broker4j.redis;

import io.broker4j.Broker;
import io.broker4j.spi.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.testkit.FaultHarness;
import io.broker4j.testkit.LossyTransport;
import io.broker4j.testkit.LossyTransport.Loss;
import io.broker4j.testkit.Medium;
import io.broker4j.testkit.RedisServer;
import io.broker4j.testkit.TcpProxy;
import io.broker4j.testkit.TcpProxy.Direction;

/** One real server for all tests, which ends with the JVM, and for each test a proxy in front of it. */
final class RedisHarness implements Medium, FaultHarness {
    private static final RedisServer REDIS = RedisServer.start();

    private final TcpProxy proxy = TcpProxy.to(REDIS.port());
    private volatile Loss loss = Loss.NONE;

    @Override
    public Broker connect(String... parameters) {
        RedisOptions options = RedisOptions.from(
                Locator.parse("redis://127.0.0.1:" + proxy.port() + "?" + String.join("&", parameters)));
        return Engine.open(new LossyTransport(new RedisTransport(options), () -> loss), options.settings());
    }

    @Override
    public FaultHarness faults() {
        return this;
    }

    @Override
    public void cut() {
        proxy.cut();
    }

    @Override
    public void restore() {
        loss = Loss.NONE;
        REDIS.command("ACL", "SETUSER", "default", "+publish");
        proxy.unstall(Direction.TO_CLIENT);
        proxy.restore();
    }

    @Override
    public void restart() {
        REDIS.kill();
        REDIS.restart();
    }

    @Override
    public void stall() {
        proxy.stall(Direction.TO_CLIENT);
    }

    @Override
    public void reject() {
        REDIS.command("ACL", "SETUSER", "default", "-publish");
    }

    @Override
    public void drop() {
        loss = Loss.DROP;
    }

    @Override
    public void duplicate() {
        loss = Loss.DUPLICATE;
    }

    @Override
    public void swap() {
        loss = Loss.SWAP;
    }

    @Override
    public int subscriptionsTo(String topic) {
        return Integer.parseInt(REDIS.command("PUBSUB", "NUMSUB", "b4j:" + topic)
                .lines()
                .toList()
                .get(1));
    }

    @Override
    public int connections() {
        return proxy.connections();
    }

    @Override
    public void close() {
        restore();
        proxy.close();
    }
}
