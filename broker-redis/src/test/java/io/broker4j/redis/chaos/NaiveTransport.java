package io.broker4j.redis.chaos;

import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A transport as it is written in an afternoon on plain Lettuce, for negative controls. It can be given what Broker4J's does
 * beyond that, piece by piece and roughly, so that a control lacks one thing only.
 */
final class NaiveTransport implements Transport, RedisPubSubListener<byte[], byte[]> {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration PING_LIMIT = Duration.ofSeconds(2);
    private static final String PREFIX = "b4j:";

    private final RedisClient client;
    private final boolean reconciles;
    private final boolean pings;
    /** A subscription that the engine wants. */
    private record Wanted(TopicFilter filter, Kind kind) {}

    private final Map<String, Map<Wanted, Inlet>> wanted = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> confirmations = new ConcurrentHashMap<>();
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "naive-timer");
        thread.setDaemon(true);
        return thread;
    });
    private volatile StatefulRedisConnection<byte[], byte[]> publishing;
    private volatile StatefulRedisPubSubConnection<byte[], byte[]> subscribing;
    // of the timer's thread
    private CompletableFuture<?> ping = CompletableFuture.completedFuture("");
    private long pingedAt;

    NaiveTransport(String locator, boolean replays, boolean reconciles, boolean pings) {
        this.reconciles = reconciles;
        this.pings = pings;
        client = RedisClient.create(RedisURI.create(locator.replaceFirst("\\?.*", "")));
        client.setOptions(
                replays
                        ? ClientOptions.create()
                        : ClientOptions.builder()
                                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                                .build());
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                if (connection == subscribing) {
                    confirmed.clear();
                }
            }
        });
        publishing = client.connect(ByteArrayCodec.INSTANCE);
        connectSubscriber();
        timer.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void connectSubscriber() {
        StatefulRedisPubSubConnection<byte[], byte[]> connection = client.connectPubSub(ByteArrayCodec.INSTANCE);
        connection.addListener(this);
        confirmed.clear();
        subscribing = connection;
        wanted.keySet().forEach(this::subscribe);
    }

    private void look() {
        try {
            if (pings) {
                ping();
            }
            if (reconciles && subscribing.isOpen()) {
                wanted.keySet().stream()
                        .filter(channel -> !confirmed.contains(channel))
                        .forEach(this::subscribe);
            }
        } catch (RedisException tryAgain) {
            pingedAt = System.nanoTime(); // with the next look
        }
    }

    private void ping() {
        boolean open = publishing.isOpen() && subscribing.isOpen();
        if (ping.isDone() || !open) {
            pingedAt = System.nanoTime();
            ping = CompletableFuture.allOf(
                    publishing.async().ping().toCompletableFuture(),
                    subscribing.async().ping().toCompletableFuture());
        } else if (System.nanoTime() - pingedAt > PING_LIMIT.toNanos()) {
            publishing.closeAsync();
            subscribing.closeAsync();
            publishing = client.connect(ByteArrayCodec.INSTANCE);
            connectSubscriber();
            ping = CompletableFuture.completedFuture("");
        }
    }

    @Override
    public Outlet outlet(String topic) {
        return frame -> publish(topic, frame);
    }

    private CompletableFuture<Void> publish(String topic, Frame frame) {
        CompletableFuture<Void> published = new CompletableFuture<>();
        publishing.async().publish(bytes(PREFIX + topic), frame.toBytes()).whenComplete((receivers, failure) -> {
            if (failure == null) {
                published.complete(null);
            } else {
                Outcome outcome =
                        failure instanceof RedisCommandExecutionException ? Outcome.REJECTED : Outcome.UNKNOWN;
                published.completeExceptionally(new PublishException(outcome, "" + failure.getMessage()));
            }
        });
        return published;
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        String channel = PREFIX + filter.name().replace('>', '*');
        boolean first = wanted.computeIfAbsent(channel, unknown -> new ConcurrentHashMap<>())
                        .put(new Wanted(filter, kind), inlet)
                == null;
        CompletableFuture<Void> confirmation =
                confirmations.computeIfAbsent(channel, unknown -> new CompletableFuture<>());
        if (!first || confirmation.isDone()) {
            return confirmation;
        }
        CompletableFuture<Void> sent = subscribe(channel);
        return reconciles ? confirmation : sent;
    }

    private CompletableFuture<Void> subscribe(String channel) {
        RedisPubSubAsyncCommands<byte[], byte[]> commands = subscribing.async();
        return (channel.contains("*") ? commands.psubscribe(bytes(channel)) : commands.subscribe(bytes(channel)))
                .toCompletableFuture();
    }

    @Override
    public void unsubscribe(TopicFilter filter, Kind kind) {
        String channel = PREFIX + filter.name().replace('>', '*');
        Map<Wanted, Inlet> inlets = wanted.getOrDefault(channel, new ConcurrentHashMap<>());
        inlets.remove(new Wanted(filter, kind));
        if (inlets.isEmpty()) {
            wanted.remove(channel);
            confirmations.remove(channel);
            confirmed.remove(channel);
            subscribing.async().punsubscribe(bytes(channel));
        }
    }

    @Override
    public void message(byte[] channel, byte[] body) {
        message(channel, channel, body);
    }

    @Override
    public void message(byte[] pattern, byte[] channel, byte[] body) {
        String topic = text(channel).substring(PREFIX.length());
        wanted.getOrDefault(text(pattern), Map.of())
                .forEach((wanted, inlet) -> inlet.received(topic, Frame.parse(body)));
    }

    /** A second confirmation shows that the first connection was lost. */
    @Override
    public void subscribed(byte[] channel, long count) {
        String name = text(channel);
        confirmed.add(name);
        if (!confirmations.getOrDefault(name, new CompletableFuture<>()).complete(null)) {
            wanted.getOrDefault(name, Map.of()).forEach((wanted, inlet) -> inlet.renewed());
        }
    }

    @Override
    public void psubscribed(byte[] pattern, long count) {
        subscribed(pattern, count);
    }

    @Override
    public void unsubscribed(byte[] channel, long count) {
        confirmed.remove(text(channel));
    }

    @Override
    public void punsubscribed(byte[] pattern, long count) {
        unsubscribed(pattern, count);
    }

    @Override
    public Health health() {
        return new Health(
                publishing.isOpen() ? Status.UP : Status.DOWN, subscribing.isOpen() ? Status.UP : Status.DOWN, "");
    }

    @Override
    public void close(Duration deadline) {
        timer.shutdownNow();
        client.shutdown(Duration.ZERO, deadline);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
