package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.Publisher;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.testkit.RedisServer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the server is asked on behalf of many groups of one topic. */
class ManyGroupsTest {
    private static final Topic<String> TOPIC = Topic.text("many").durable(Retention.count(1_000));
    private static final int GROUPS = 50;
    private static final Pattern ABOUT_ALL_GROUPS = Pattern.compile("cmdstat_xinfo\\|groups:calls=([0-9]+)");

    /** The answer grows with each group, so its cost would grow with their number squared. */
    @Test
    void groupsThatHaveMessagesBeforeThemAreNotAskedForOneByOne() {
        try (RedisServer redis = RedisServer.start();
                Broker broker = Broker.open(redis.uri())) {
            AtomicInteger handled = new AtomicInteger();
            for (int i = 0; i < GROUPS; i++) {
                broker.subscribe(
                                TOPIC,
                                SubscribeOptions.DEFAULTS.withGroup("group-" + i),
                                message -> handled.incrementAndGet())
                        .join();
            }
            Publisher<String> publisher = broker.publisher(TOPIC);
            publisher.publish("first").join();
            awaitCount(handled, GROUPS);
            redis.command("CONFIG", "RESETSTAT");
            for (int i = 0; i < 500; i++) {
                publisher.publish("more").join();
            }
            awaitCount(handled, 501 * GROUPS);
            assertThat(callsAboutAllGroups(redis)).isLessThan(GROUPS);
        }
    }

    private static void awaitCount(AtomicInteger handled, int count) {
        await().atMost(Recorder.GENEROUS).until(() -> handled.get() == count);
    }

    private static int callsAboutAllGroups(RedisServer redis) {
        Matcher calls = ABOUT_ALL_GROUPS.matcher(redis.command("INFO", "commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }
}
