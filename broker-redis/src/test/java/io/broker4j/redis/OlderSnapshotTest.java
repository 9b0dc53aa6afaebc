package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Publisher;
import io.broker4j.Retention;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import io.broker4j.testkit.OnTransport;
import io.broker4j.testkit.Rule;
import io.broker4j.testkit.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that is killed and comes back with what it had saved before the reader was where it is (L7). */
@OnTransport("redis")
class OlderSnapshotTest {
    private static final Topic<String> TOPIC = Topic.text("restored").durable(Retention.count(100));
    private static final Gap RESET = Gap.of(TOPIC.name(), Reason.RESET);

    private final RestrictedRedis redis = RestrictedRedis.startForLogs();
    private final TcpProxy proxy = TcpProxy.to(redis.port());
    private final Broker reading = Broker.open(RestrictedRedis.uri(proxy));
    private final Inbox<String> inbox = new Inbox<>(Recorder.GENEROUS);

    @BeforeEach
    void readMoreThanIsSaved() {
        reading.subscribe(TOPIC, inbox).join();
        publish("saved 1", "saved 2");
        redis.command("SAVE");
        publish("lost 1", "lost 2");
        inbox.awaitUpTo("lost 2");
        redis.kill();
        proxy.cut();
        redis.restart();
    }

    @AfterEach
    void close() {
        reading.close();
        proxy.close();
        redis.close();
    }

    /** From a broker of its own, which is there when the server is. */
    private void publish(String... payloads) {
        try (Broker broker = Broker.open(redis.uri())) {
            Publisher<String> publisher = broker.publisher(TOPIC);
            for (String payload : payloads) {
                publisher.publish(payload).join();
            }
        }
    }

    @Test
    @Rule({"L7", "L10"})
    void whoseEndIsReadFirstIsAResetAndWhatIsNewFollows() {
        proxy.restore();
        inbox.awaitGap();
        publish("new 1", "new 2");
        inbox.awaitUpTo("new 2");
        assertThat(inbox.arrivals()).containsExactly("saved 1", "saved 2", "lost 1", "lost 2", RESET, "new 1", "new 2");
    }

    @Test
    @Rule({"L7", "L10"})
    void thatHasGrownBehindTheReadersBackIsAResetAndWhatIsNewFollows() {
        publish("new 1", "new 2");
        proxy.restore();
        inbox.awaitUpTo("new 2");
        publish("new 3");
        inbox.awaitUpTo("new 3");
        assertThat(inbox.arrivals())
                .containsExactly("saved 1", "saved 2", "lost 1", "lost 2", RESET, "new 1", "new 2", "new 3");
    }
}
