package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Broker;
import io.broker4j.Position;
import io.broker4j.Start;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a subscription to a durable topic begins, beyond what {@link DurableContract} shows. */
abstract class StartContract extends ContractGroup {

    /** L1: a time lies between two messages, before all, or after all. */
    @Test
    @Rule("L1")
    void aSubscriptionBeginsAtATime() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publishNumbers(broker, topic, 1, 3);
        Instant between = aMomentLater();
        aMomentLater();
        publishNumbers(broker, topic, 4, 6);
        Inbox<String> fromThere = subscribed(broker, topic, from(Start.at(between)));
        Inbox<String> fromBefore = subscribed(broker, topic, from(Start.at(between.minusSeconds(3_600))));
        Inbox<String> fromNowOn = subscribed(broker, topic, from(Start.at(between.plusSeconds(3_600))));
        publishNumbers(broker, topic, 7, 7);
        assertThat(fromThere.await(4)).isEqualTo(numbers(4, 7));
        assertThat(fromBefore.await(7)).isEqualTo(numbers(1, 7));
        assertThat(fromNowOn.await(1)).isEqualTo(numbers(7, 7));
        assertThat(fromThere.gaps()).isEmpty();
    }

    /** L2: wherever it begins, its position is before its first message. */
    @Test
    @Rule("L2")
    void thePositionOfASubscriptionThatHasHandledNothingResumesWhereItBegan() {
        Topic<String> topic = durable();
        Broker broker = connect();
        List<Position> positions = publishOneByOne(broker, topic, 1, 3);
        Instant between = aMomentLater();
        aMomentLater();
        publishNumbers(broker, topic, 4, 6);
        Map<Start, Integer> firsts = Map.of(
                Start.earliest(), 1,
                Start.at(between.minusSeconds(3_600)), 1,
                Start.after(positions.get(0)), 2,
                Start.last(4), 3,
                Start.at(between), 4,
                Start.last(0), 7);
        Map<Position, Integer> untouched = new HashMap<>();
        firsts.forEach((start, first) -> {
            Subscription subscription = get(broker.subscribe(topic, from(start), gated()));
            untouched.put(subscription.position().orElseThrow(), first);
            subscription.close(Duration.ZERO);
        });
        publish(broker, topic, "7");
        untouched.forEach((position, first) -> {
            Inbox<String> resumed = subscribed(broker, topic, from(Start.after(position)));
            assertThat(resumed.awaitUpTo("7")).as("resumed after %s", position).isEqualTo(numbers(first, 7));
            assertThat(resumed.gaps()).isEmpty();
        });
    }

    /** L3: a group that does not exist yet begins at a time. */
    @Test
    @Rule("L3")
    void aGroupBeginsAtATime() {
        assumeGroups();
        Topic<String> topic = durable();
        Broker broker = connect();
        publishNumbers(broker, topic, 1, 3);
        Instant between = aMomentLater();
        aMomentLater();
        publishNumbers(broker, topic, 4, 6);
        Inbox<String> inbox = subscribed(broker, topic, from(Start.at(between)).withGroup("workers"));
        publishNumbers(broker, topic, 7, 7);
        assertThat(inbox.await(4)).isEqualTo(numbers(4, 7));
    }

    /** Waits until the clock, which may be that of another process, has gone on by more than a millisecond. */
    private Instant aMomentLater() {
        Instant begin = Instant.now();
        await("a moment", () -> Instant.now().isAfter(begin.plusMillis(5)));
        return Instant.now();
    }

    /** L1: a topic that is durable for reading reads the log of the same name, and cannot be published to. */
    @Test
    @Rule({"L1", "P6"})
    void aTopicForReadingNeedsNoRetention() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Topic<String> read = Topic.text(topic.name()).durable();
        Inbox<String> inbox = subscribed(broker, read);
        publishNumbers(broker, topic, 1, 2);
        assertThat(inbox.await(2)).isEqualTo(numbers(1, 2));
        assertThat(get(broker.history(read, 10)).messages()).hasSize(2);
        assertThatThrownBy(() -> broker.publisher(read))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(topic.name())
                .hasMessageContaining("durable(Retention)");
    }
}
