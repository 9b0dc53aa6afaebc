package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that ends connections whose replies are too large: a log is read all the same, in smaller portions (L1, L3). */
class OutputBufferLimitTest {
    private static final Topic<String> LARGE = Topic.text("large").durable(Retention.count(100));
    private static final int COUNT = 12;
    private static final String LIMIT = "normal 300000 300000 1";

    private RestrictedRedis redis;
    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();

    /** Of 200 kB each, so that only one at a time fits. */
    @BeforeEach
    void fill() {
        redis = RestrictedRedis.startForLogs();
        try (Broker broker = Broker.open(redis.uri())) {
            texts().forEach(text -> broker.publisher(LARGE).publish(text).join());
        }
        redis.command("CONFIG", "SET", "client-output-buffer-limit", LIMIT);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private static List<String> texts() {
        return IntStream.rangeClosed(1, COUNT)
                .mapToObj(number -> number + "-" + "x".repeat(200_000))
                .toList();
    }

    private void assertAllArrive(SubscribeOptions options) {
        try (Broker broker = Broker.open(redis.uri())) {
            broker.onEvent(events::add);
            Inbox<String> inbox = new Inbox<>(Recorder.GENEROUS);
            broker.subscribe(LARGE, options.withStart(Start.earliest()), inbox).join();
            await().atMost(Recorder.GENEROUS.multipliedBy(2))
                    .until(() -> inbox.payloads().containsAll(texts()));
            assertThat(inbox.gaps()).isEmpty();
            assertThat(events)
                    .anyMatch(event -> event instanceof BrokerEvent.Degraded degraded
                            && degraded.reason().contains("client-output-buffer-limit"));
        }
    }

    @Test
    void aSubscriptionReadsThemOneByOne() {
        assertAllArrive(SubscribeOptions.DEFAULTS);
    }

    @Test
    void aMemberOfAGroupIsGivenThemOneByOne() {
        assertAllArrive(SubscribeOptions.DEFAULTS.withGroup("g"));
    }
}
