package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.PublishFailed;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Topic;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Failed publishes are counted and reported even if nobody looks at their futures. */
abstract class FailedPublishesContract extends ContractGroup {
    private static final Map<String, String> TOO_LARGE = Map.of("h", "v".repeat(1025));
    private static final int MANY = 1_000;

    /** P9. If it fails: is a refusal counted where it is made, and told without its future? */
    @Test
    @Rule("P9")
    void refusedPublishesAreCountedAndToldThoughNobodyLooks() {
        Broker broker = connect();
        EventLog events = new EventLog(broker);
        Topic<String> topic = topic();
        Publisher<String> publisher = broker.publisher(topic);
        for (int i = 0; i < MANY; i++) {
            publisher.publish("refused", TOO_LARGE);
        }
        await("all are counted", () -> broker.failedPublishes(Outcome.NOT_SENT) == MANY);
        await("events that tell of all " + MANY, () -> told(events) == MANY);
        assertThat(events.all(PublishFailed.class))
                .as("a few events a second, not one for each")
                .hasSizeLessThan(MANY / 10)
                .allMatch(event -> event.topic().equals(topic.name()))
                .allMatch(event -> event.cause().outcome() == Outcome.NOT_SENT);
    }

    /** P9: publishes that the medium rejects. */
    @Test
    @Rule("P9")
    void aRejectedPublishIsCountedAndToldThoughNobodyLooks() {
        Broker broker = connect();
        faults().reject();
        assertCountedAndTold(broker, Outcome.REJECTED);
        faults().restore();
    }

    /** P9: what the medium does not answer. If it fails: is a publish that is given up told like one that was answered? */
    @Test
    @Rule("P9")
    void anUnansweredPublishIsCountedAndToldThoughNobodyLooks() {
        Broker broker = connect("publishTimeout=300ms");
        faults().stall();
        assertCountedAndTold(broker, Outcome.UNKNOWN);
        faults().restore();
    }

    private void assertCountedAndTold(Broker broker, Outcome outcome) {
        EventLog events = new EventLog(broker);
        broker.publisher(topic()).publish("lost");
        await("a failed publish is counted", () -> broker.failedPublishes(outcome) == 1);
        await("an event that tells of one", () -> told(events) == 1);
        assertThat(events.all(PublishFailed.class).get(0).cause().outcome()).isEqualTo(outcome);
    }

    /** P9: the last failures before the end are told too. If it fails: does close drop a pending report? */
    @Test
    @Rule("P9")
    void theLastFailuresAreToldWhenTheBrokerIsClosed() {
        Broker broker = connect();
        EventLog events = new EventLog(broker);
        Publisher<String> publisher = broker.publisher(topic());
        for (int i = 0; i < 3; i++) {
            publisher.publish("refused", TOO_LARGE);
        }
        await("all are counted", () -> broker.failedPublishes(Outcome.NOT_SENT) == 3);
        broker.close();
        assertThat(told(events)).isEqualTo(3);
        assertThat(broker.failedPublishes(Outcome.NOT_SENT)).isEqualTo(3);
    }

    private static long told(EventLog events) {
        return events.all(PublishFailed.class).stream()
                .mapToLong(event -> 1 + event.more())
                .sum();
    }
}
