package io.broker4j.redis;

import io.broker4j.Broker;
import io.broker4j.spi.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.FaultHarness;
import io.broker4j.testkit.LossyTransport;
import io.broker4j.testkit.LossyTransport.Loss;
import io.broker4j.testkit.Medium;
import io.broker4j.testkit.TcpProxy;
import io.broker4j.testkit.TcpProxy.Direction;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One real server for all tests, which ends with the JVM, and for each test a proxy in front of it. */
final class RedisHarness implements Medium, FaultHarness {
    private static final RestrictedRedis REDIS = RestrictedRedis.start();
    private static final ChannelNames NAMES = new ChannelNames("b4j");

    private final TcpProxy proxy = TcpProxy.to(REDIS.port());
    private final Set<String> globs = ConcurrentHashMap.newKeySet();
    private volatile Loss loss = Loss.NONE;

    @Override
    public Broker connect(String... parameters) {
        RedisOptions options =
                RedisOptions.from(Locator.parse(RestrictedRedis.uri(proxy) + "?" + String.join("&", parameters)));
        Transport transport = new ListingTransport(new RedisTransport(options), this::list);
        return Engine.open(new LossyTransport(transport, () -> loss), options.settings());
    }

    private void list(TopicFilter filter) {
        String glob = "&" + NAMES.of(filter);
        if (globs.add(glob)) {
            REDIS.change(glob);
        }
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
        REDIS.change("+publish");
        proxy.unstall(Direction.TO_CLIENT);
        proxy.restore();
    }

    /** The proxy lets nobody in before the globs, which the server has forgotten too, are listed again. */
    @Override
    public void restart() {
        REDIS.kill();
        proxy.cut();
        REDIS.restart();
        REDIS.change(globs.toArray(String[]::new));
        proxy.restore();
    }

    @Override
    public void stall() {
        proxy.stall(Direction.TO_CLIENT);
    }

    @Override
    public void reject() {
        REDIS.change("-publish");
        REDIS.expectRefusals("command publish " + ReadmeUser.NAME);
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
        REDIS.verify();
    }
}
