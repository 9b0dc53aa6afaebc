package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.testkit.RedisServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server whose configuration has disabled a command that we send: the message names it, and what stops working. */
class MissingCommandTest {
    private static final Topic<String> JOBS = Topic.text("missing.jobs").durable(Retention.count(100));

    private static RedisServer without(String command) {
        return RedisServer.start("--rename-command", command, "");
    }

    private static void assertNames(Throwable failure, String command) {
        assertThat(failure)
                .hasMessageNotContaining("with args")
                .hasMessageContainingAll("unknown command", command, "rename-command", "without it");
    }

    @Test
    void withoutHelloNothingOpens() {
        try (RedisServer redis = without("HELLO")) {
            String locator = redis.uri().replace("//", "//app:hunter2@");
            assertThatThrownBy(() -> Broker.open(locator))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContainingAll("HELLO", "at least 7.0")
                    .satisfies(failure -> {
                        StringWriter text = new StringWriter();
                        failure.printStackTrace(new PrintWriter(text, true));
                        assertThat(text.toString()).doesNotContain("hunter2"); // which the server repeats
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({"PUBLISH, missing.live", "XADD, missing.jobs"})
    void aPublishNamesIt(String command, String name) {
        Topic<String> topic = name.equals(JOBS.name()) ? JOBS : Topic.text(name);
        try (RedisServer redis = without(command);
                Broker broker = Broker.open(redis.uri())) {
            assertThat(broker.publisher(topic).publish("x"))
                    .failsWithin(Recorder.GENEROUS)
                    .withThrowableOfType(Exception.class)
                    .satisfies(failure -> assertNames(failure.getCause(), command));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EVAL", "EVALSHA", "MULTI", "XREADGROUP"})
    void aGroupNamesIt(String command) throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        try (RedisServer redis = without(command);
                Broker broker = Broker.open(redis.uri())) {
            broker.onEvent(event -> told.add(event.toString()));
            broker.subscribe(JOBS, SubscribeOptions.DEFAULTS.withGroup("g"), message -> {})
                    .handle((subscription, failure) -> told.add(String.valueOf(failure)))
                    .get(30, TimeUnit.SECONDS);
            broker.publisher(JOBS).publish("x");
            Recorder.eventually()
                    .untilAsserted(() -> assertThat(told)
                            .anySatisfy(words -> assertThat(words)
                                    .contains("unknown command", command, "rename-command", "without it")));
        }
    }
}
