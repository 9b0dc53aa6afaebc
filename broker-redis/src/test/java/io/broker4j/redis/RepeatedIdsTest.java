package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Retention;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import org.junit.jupiter.api.Test;

/** A stream that was deleted may give an id again, within a millisecond or when the clock has gone back (L7). */
class RepeatedIdsTest {
    private static final Topic<String> TOPIC = Topic.text("repeated").durable(Retention.count(100));
    private static final String KEY = "b4j:" + TOPIC;

    @Test
    void anotherEntryUnderTheIdReadLastIsAReset() {
        try (RestrictedRedis redis = RestrictedRedis.startForLogs();
                Broker broker = Broker.open(redis.uri())) {
            Inbox<String> inbox = new Inbox<>();
            broker.subscribe(TOPIC, inbox).join();
            broker.publisher(TOPIC).publish("read last").join();
            inbox.await(1);
            String id = inbox.messages().get(0).position().orElseThrow().toString();
            String replace = "redis.call('DEL', KEYS[1]);"
                    + "redis.call('XADD', KEYS[1], ARGV[1], 'd', 'takes its place', 'i', 'another')";
            redis.command("EVAL", replace, "1", KEY, id);
            broker.publisher(TOPIC).publish("published").join();
            inbox.awaitUpTo("published");
            assertThat(inbox.payloads()).containsExactly("read last", "takes its place", "published");
            assertThat(inbox.gaps()).containsExactly(Gap.of(TOPIC.name(), Reason.RESET));
        }
    }
}
