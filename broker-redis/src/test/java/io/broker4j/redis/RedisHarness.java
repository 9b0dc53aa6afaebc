package io.broker4j.redis;

import io.broker4j.Broker;
import io.broker4j.spi.TopicFilter;
import io.broker4j.testkit.Direction;
import io.broker4j.testkit.FaultHarness;
import io.broker4j.testkit.LossyTransport;
import io.broker4j.testkit.LossyTransport.Loss;
import io.broker4j.testkit.Medium;
import io.broker4j.testkit.TcpProxy;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One real server for all tests, which ends with the JVM, and a proxy in front of it. Each broker has one more to itself, so that
 * it can be cut off alone. They stay for the next test, as do their threads, which are not to be taken for a broker's.
 */
public final class RedisHarness implements Medium, FaultHarness {
    private static final RestrictedRedis REDIS = RestrictedRedis.startForLogs();
    private static final ChannelNames NAMES = new ChannelNames("b4j");

    private static final TcpProxy PROXY = TcpProxy.to(REDIS.port());
    private static final int SPARE = 8;
    private static final Queue<TcpProxy> SPARES = new ConcurrentLinkedQueue<>();

    static {
        for (int i = 0; i < SPARE; i++) {
            SPARES.add(TcpProxy.to(PROXY.port()));
        }
    }

    private final Map<Broker, TcpProxy> own = new ConcurrentHashMap<>();
    private final Set<String> globs = ConcurrentHashMap.newKeySet();
    private volatile Loss loss = Loss.NONE;

    @Override
    public Broker connect(String... parameters) {
        TcpProxy spare = SPARES.poll();
        TcpProxy proxy = spare == null ? TcpProxy.to(PROXY.port()) : spare;
        String locator = RestrictedRedis.uri(proxy) + "?" + String.join("&", parameters);
        Broker broker = TamperedBroker.open(
                locator, redis -> new LossyTransport(new ListingTransport(redis, this::list), () -> loss));
        own.put(broker, proxy);
        return broker;
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
        PROXY.cut();
    }

    @Override
    public void isolate(Broker broker) {
        Objects.requireNonNull(own.get(broker)).cut();
    }

    @Override
    public void restore() {
        loss = Loss.NONE;
        REDIS.change("+publish", "+xadd");
        PROXY.unstall(Direction.TO_CLIENT);
        PROXY.restore();
        own.values().forEach(TcpProxy::restore);
    }

    /** The proxy lets nobody in before the globs, which the server has forgotten too, are listed again. */
    @Override
    public void restart() {
        REDIS.kill();
        PROXY.cut();
        REDIS.restart();
        REDIS.change(globs.toArray(String[]::new));
        PROXY.restore();
    }

    @Override
    public void stall() {
        PROXY.stall(Direction.TO_CLIENT);
    }

    @Override
    public void reject() {
        REDIS.change("-publish", "-xadd");
        REDIS.expectRefusals("command publish " + ReadmeUser.NAME);
        REDIS.tolerateRefusals("command xadd " + ReadmeUser.NAME);
    }

    /** A hint is a PUBLISH like any other. */
    @Override
    public void loseHints() {
        REDIS.change("-publish");
        REDIS.expectRefusals("command publish " + ReadmeUser.NAME);
    }

    @Override
    public void trimLog(String topic, int kept) {
        REDIS.command("XTRIM", "b4j:" + topic, "MAXLEN", Integer.toString(kept));
    }

    @Override
    public void deleteLog(String topic) {
        REDIS.command("DEL", "b4j:" + topic);
    }

    @Override
    public void saveLog(String topic) {
        REDIS.command("COPY", "b4j:" + topic, "saved:" + topic, "REPLACE");
    }

    @Override
    public void takeBackLog(String topic) {
        REDIS.command("COPY", "saved:" + topic, "b4j:" + topic, "REPLACE");
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
        return PROXY.connections();
    }

    @Override
    public void close() {
        restore();
        SPARES.addAll(own.values());
        REDIS.verify();
    }
}
