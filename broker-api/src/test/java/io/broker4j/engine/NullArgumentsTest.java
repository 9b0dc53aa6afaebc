package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.broker4j.Broker;
import io.broker4j.Position;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import java.util.Collections;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is null is named. */
@SuppressWarnings({"NullAway", "DataFlowIssue"}) // the point of the test
class NullArgumentsTest extends EngineOverLoop {
    @Test
    void theArgumentThatIsNullIsNamed() {
        assertNamed("payload", () -> publisher.publish(null));
        assertNamed("headers", () -> publisher.publish("x", null));
        assertNamed("name of a header", () -> publisher.publish("x", Collections.singletonMap(null, "x")));
        assertNamed("value of header 'a'", () -> publisher.publish("x", Collections.singletonMap("a", null)));
        assertNamed("topic", () -> broker.publisher(null));
        assertNamed("topic", () -> broker.subscribe(null, message -> {}));
        assertNamed("topic", () -> broker.history(null, 1));
        assertNamed("before", () -> broker.history(TOPIC, null, 1));
        assertNamed("listener", () -> broker.onEvent(null));
        assertNamed("executor", () -> SubscribeOptions.DEFAULTS.withExecutor(null));
        assertNamed("group", () -> SubscribeOptions.DEFAULTS.withGroup(null));
        assertNamed("retention", () -> TOPIC.durable(null));
        assertNamed("subscriber", () -> broker.subscribe(TOPIC, null));
        assertNamed("options", () -> broker.subscribe(TOPIC, null, message -> {}));
        assertNamed("drain", () -> broker.close(null));
        assertNamed("name", () -> Topic.text(null));
        assertNamed("locator", () -> Broker.open(null));
        assertNamed("text", () -> Position.parse(null));
    }

    private static void assertNamed(String argument, ThrowingCallable call) {
        assertThatNullPointerException().isThrownBy(call).withMessage(argument);
    }
}
