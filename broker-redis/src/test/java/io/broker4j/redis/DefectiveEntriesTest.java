package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries of another program that make no sense, and what becomes of them when a group gives them up (D6). */
class DefectiveEntriesTest {
    private static final Topic<String> JOBS = Topic.text("jobs").durable(Retention.count(100));
    private static final Topic<String> DEAD = Topic.text("dead.workers.jobs").durable(Retention.count(100));

    private static RestrictedRedis redis;

    @BeforeAll
    static void startServer() {
        redis = RestrictedRedis.startForLogs();
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @BeforeEach
    void forgetTheLogs() {
        redis.command("FLUSHALL");
    }

    /** The dead letter that a group makes of an entry. */
    private static Message<String> deadLetter(String payload, String field, String value) {
        try (Broker broker = Broker.open(redis.uri())) {
            SubscribeOptions group = SubscribeOptions.DEFAULTS.withGroup("workers");
            broker.subscribe(JOBS, group.withStart(Start.earliest()), new Inbox<>())
                    .join();
            redis.command("XADD", "b4j:" + JOBS, "*", "d", payload, field, value);
            Inbox<String> dead = new Inbox<>();
            SubscribeOptions all = SubscribeOptions.DEFAULTS.withStart(Start.earliest());
            broker.subscribe(DEAD, all, dead).join();
            broker.publisher(JOBS).publish("wakes the group").join();
            dead.await(1);
            return dead.messages().get(0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "h, Bad Name=1, header name 'Bad Name'",
        "h, a=%zz,      field h must be headers",
        "t, yesterday,  field t is 'yesterday'"
    })
    void thePayloadOfAnEntryWithADefectReachesTheDeadLetters(String field, String value, String cause) {
        Message<String> letter = deadLetter("precious", field, value);
        assertThat(letter.payload()).isEqualTo("precious");
        assertThat(letter.headers().get("dead-cause")).contains(cause);
    }

    @Test
    void aPayloadThatIsTooLargeStaysBehind() {
        Message<String> letter = deadLetter("x".repeat(256 * 1024 + 1), "t", "1");
        assertThat(letter.payload()).isEmpty();
        assertThat(letter.headers().get("dead-cause")).contains("payload of 262145 bytes");
    }
}
