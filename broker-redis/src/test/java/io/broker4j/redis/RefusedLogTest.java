package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log that the server refuses: who subscribes hears why, and not only that time has passed. */
class RefusedLogTest {
    private static final Topic<String> TOPIC = Topic.text("refused").durable(Retention.count(100));
    private static final SubscribeOptions GROUP = SubscribeOptions.DEFAULTS.withGroup("g");

    private RestrictedRedis redis;

    @BeforeEach
    void open() {
        redis = RestrictedRedis.startForLogs();
        redis.command("SET", "b4j:" + TOPIC, "no stream");
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private static String failure(Broker broker, SubscribeOptions options) {
        return Transports.failure(broker.subscribe(TOPIC, options, message -> {}))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3s", "off"})
    void subscribingFailsWithTheRefusalAsSoonAsItIsCertain(String probe) {
        try (Broker patient = Broker.open(redis.uri() + "?subscribeTimeout=1m&probe=" + probe)) {
            assertThat(failure(patient, SubscribeOptions.DEFAULTS)).contains("b4j:refused holds no stream");
            assertThat(failure(patient, GROUP)).contains("b4j:refused holds no stream");
        }
    }
}
