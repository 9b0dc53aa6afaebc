package io.broker4j.redis.chaos;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What a program sees that publishes and subscribes with plain Lettuce, as it comes. */
final class BareLettuce implements AutoCloseable {
    private static final String CHANNEL = "bare";

    private final Timeline timeline;
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> publishing;
    private final StatefulRedisPubSubConnection<String, String> subscribing;
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private volatile boolean closing;
    private final AtomicReference<Double> latest = new AtomicReference<>(0.0);

    BareLettuce(String locator, Timeline timeline) {
        this.timeline = timeline;
        client = RedisClient.create(locator);
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                if (!closing) {
                    timeline.add("Lettuce", "disconnected");
                }
            }
        });
        publishing = client.connect();
        subscribing = client.connectPubSub();
        subscribing.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String sentAt) {
                received.incrementAndGet();
                latest.accumulateAndGet(timeline.seconds() - Double.parseDouble(sentAt), Math::max);
            }
        });
        subscribing.sync().subscribe(CHANNEL);
    }

    void tick() {
        published.incrementAndGet();
        publishing.async().publish(CHANNEL, Double.toString(timeline.seconds())).whenComplete((receivers, failure) -> {
            if (failure != null) {
                failed.incrementAndGet();
            }
        });
        timeline.state("Lettuce", "open", publishing.isOpen() && subscribing.isOpen());
    }

    String summary() {
        return String.format(
                Locale.ROOT,
                "%d published, %d failed, %d received, the latest %.1f s after it was published",
                published.get(),
                failed.get(),
                received.get(),
                latest.get());
    }

    @Override
    public void close() {
        closing = true;
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
