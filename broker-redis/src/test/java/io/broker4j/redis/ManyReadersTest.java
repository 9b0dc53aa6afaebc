package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.Publisher;
import io.broker4j.Retention;
import io.broker4j.Topic;
import io.broker4j.testkit.RedisServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the server is asked on behalf of many plain subscriptions to one durable topic. */
class ManyReadersTest {
    private static final Topic<String> TOPIC = Topic.text("followed").durable(Retention.count(1_000));
    private static final int READERS = 20;
    private static final int MESSAGES = 50;
    private static final Pattern READS = Pattern.compile("cmdstat_xrange:calls=([0-9]+)");

    /** Each of them read each message. */
    @Test
    void subscriptionsOfOneBrokerShareTheirReads() {
        try (RedisServer redis = RedisServer.start();
                Broker broker = Broker.open(redis.uri() + "?poll=10m")) {
            AtomicInteger handled = new AtomicInteger();
            for (int i = 0; i < READERS; i++) {
                broker.subscribe(TOPIC, message -> handled.incrementAndGet()).join();
            }
            Publisher<String> publisher = broker.publisher(TOPIC);
            redis.command("CONFIG", "RESETSTAT");
            for (int i = 1; i <= MESSAGES; i++) {
                publisher.publish("x").join();
                int all = i * READERS;
                await().atMost(Recorder.GENEROUS)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> handled.get() == all);
            }
            assertThat(reads(redis)).isBetween(1, MESSAGES * READERS / 2);
        }
    }

    private static int reads(RedisServer redis) {
        Matcher calls = READS.matcher(redis.command("INFO", "commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }
}
