package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Gap;
import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.Message;
import io.broker4j.PublishException;
import io.broker4j.Publisher;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.testkit.RedisServer;
import io.broker4j.testkit.TcpProxy;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What one fault does to a broker that publishes 200 messages a second and subscribes to them. */
final class FaultTable implements Subscriber<String> {
    static final String TOPIC = "faults";
    static final String HEADER =
            "| fault | lasts | publishes meanwhile | subscriber is told | noticed after | healed after |\n"
                    + "| --- | --- | --- | --- | --- | --- |";

    private static final Duration SPACING = Duration.ofMillis(5);
    /** How long to look for an effect, and for its end. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LATEST_EFFECT = Duration.ofSeconds(12);
    private static final long NEVER = Long.MAX_VALUE;

    /** Does something to a server, or to the network in front of it. */
    interface Action {
        void on(RedisServer redis, TcpProxy proxy);
    }

    /** A fault, how long it lasts (nothing: it is over at once), and what ends it. */
    record Staged(String name, Duration length, Action begin, Action end) {}

    private final Broker broker;
    private final Map<String, Integer> outcomes = new ConcurrentSkipListMap<>();
    private final Map<String, Integer> gaps = new ConcurrentSkipListMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile int received = -1;
    private volatile long noticedAt = NEVER;

    private FaultTable(Broker broker) {
        this.broker = broker;
    }

    /** Stages one fault on a server of its own, as a row of the table. */
    static String row(Staged fault) {
        try (RedisServer redis = RedisServer.start();
                TcpProxy proxy = TcpProxy.to(redis.port())) {
            admit(redis);
            try (Broker broker = Broker.open("redis://app:secret@127.0.0.1:" + proxy.port())) {
                return new FaultTable(broker).staged(fault, redis, proxy);
            }
        }
    }

    /** Makes the user that all faults are staged with. */
    static void admit(RedisServer redis) {
        redis.command("ACL", "SETUSER", "app", "on", ">secret", "+@all", "~*", "resetchannels", "&b4j:*");
    }

    @SuppressWarnings("try") // it is closed here, not used
    private String staged(Staged fault, RedisServer redis, TcpProxy proxy) {
        Topic<String> topic = Topic.text(TOPIC);
        broker.subscribe(topic, this).join();
        Publisher<String> publisher = broker.publisher(topic);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (AutoCloseable listening = broker.onEvent(this::heard)) {
            clock.scheduleAtFixedRate(() -> publish(publisher), 0, SPACING.toMillis(), TimeUnit.MILLISECONDS);
            await(PATIENCE, () -> isUp() && received > 100);
            return row(fault, redis, proxy);
        } catch (Exception failed) {
            throw new IllegalStateException("cannot stage " + fault.name(), failed);
        } finally {
            clock.shutdownNow();
        }
    }

    private String row(Staged fault, RedisServer redis, TcpProxy proxy) {
        outcomes.clear();
        noticedAt = NEVER;
        long begun = System.nanoTime();
        fault.begin().on(redis, proxy);
        boolean atOnce = fault.length().isZero();
        if (atOnce) {
            await(LATEST_EFFECT, () -> noticedAt != NEVER);
        } else {
            await(fault.length(), () -> false);
        }
        long ended = System.nanoTime();
        int firstAfter = next.get();
        fault.end().on(redis, proxy);
        boolean healed = await(PATIENCE, () -> isUp() && received >= firstAfter);
        long healedAt = System.nanoTime();
        return String.format(
                "| %s | %s | %s | %s | %s | %s |",
                fault.name(),
                atOnce ? "at once" : seconds(fault.length().toNanos()),
                counts(outcomes),
                gaps.isEmpty() ? "nothing" : counts(gaps),
                noticedAt == NEVER ? "never" : seconds(noticedAt - begun),
                !healed ? "NOT HEALED" : noticedAt == NEVER ? "–" : seconds(healedAt - (atOnce ? begun : ended)));
    }

    private void heard(BrokerEvent event) {
        boolean bad = event instanceof BrokerEvent.Disconnected || event instanceof BrokerEvent.Degraded;
        if (bad && noticedAt == NEVER) {
            noticedAt = System.nanoTime();
        }
    }

    private void publish(Publisher<String> publisher) {
        publisher
                .publish(Integer.toString(next.getAndIncrement()))
                .whenComplete((receipt, failure) -> outcomes.merge(
                        failure == null
                                ? "ok"
                                : ((PublishException) failure).outcome().toString(),
                        1,
                        Integer::sum));
    }

    private boolean isUp() {
        Health health = broker.health();
        return health.publishing() == Status.UP && health.receiving() == Status.UP;
    }

    @Override
    public void onMessage(Message<String> message) {
        if (message.payload().length() < 10) {
            received = Integer.parseInt(message.payload());
        }
    }

    @Override
    public void onGap(Gap gap) {
        gaps.merge("gap `" + gap.reason() + "`", 1, Integer::sum);
    }

    private static boolean await(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    private static String counts(Map<String, Integer> counted) {
        return counted.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }
}
