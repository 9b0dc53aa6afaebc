package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What only this medium can do, beyond the contract. */
class SwitchesTest {
    private static final Topic<String> TOPIC = Topic.text("topic");

    private final Inbox<String> inbox = new Inbox<>();

    @Test
    void whatIsDelayedEndsWithTheLastHoldOnTheMedium() throws Exception {
        Set<Thread> others = delaying();
        InMemoryMedium medium = InMemoryMedium.named("delayed");
        try (Broker broker = Broker.open(medium.locator())) {
            broker.subscribe(TOPIC, inbox).join();
            medium.inject(Faults.NONE.withDelay(Duration.ofHours(1)));
            broker.publisher(TOPIC).publish("late").join();
        }
        Set<Thread> ours = delaying();
        ours.removeAll(others);
        assertThat(ours).hasSize(1);
        medium.close();
        for (Thread thread : ours) {
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static Set<Thread> delaying() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("broker-memory-"))
                .collect(Collectors.toSet());
    }
}
