package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Retention;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import io.broker4j.testkit.RedisServer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two databases of one server hold two logs of one name; Pub/Sub, over which hints travel, knows no databases. */
class TwoDatabasesTest {
    private static final Topic<String> TOPIC = Topic.text("shared.name").durable(Retention.count(100));
    private static final int MESSAGES = 20;

    @Test
    void whatIsAppendedInOneIsNoLossInTheOther() {
        try (RedisServer redis = RedisServer.start();
                Broker zero = Broker.open(redis.uri());
                Broker one = Broker.open(redis.uri() + "/1")) {
            Inbox<String> inZero = new Inbox<>(Recorder.GENEROUS);
            Inbox<String> inOne = new Inbox<>(Recorder.GENEROUS);
            zero.subscribe(TOPIC, inZero).join();
            one.subscribe(TOPIC, inOne).join();
            for (int i = 1; i <= MESSAGES; i++) {
                zero.publisher(TOPIC).publish("zero " + i).join();
                inZero.awaitUpTo("zero " + i);
            }
            one.publisher(TOPIC).publish("one").join();
            inOne.awaitUpTo("one");
            zero.publisher(TOPIC).publish("last").join();
            inZero.awaitUpTo("last");

            List<String> expected = IntStream.rangeClosed(1, MESSAGES)
                    .mapToObj(i -> "zero " + i)
                    .toList();
            assertThat(inZero.arrivals())
                    .startsWith(expected.toArray())
                    .endsWith("last")
                    .hasSize(MESSAGES + 1);
            assertThat(inOne.arrivals()).containsExactly("one");
        }
    }
}
