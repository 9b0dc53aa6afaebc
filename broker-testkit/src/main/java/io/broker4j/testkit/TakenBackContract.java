package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What subscriptions to durable topics are given and told when the log loses its newest entries, as by a failover. */
abstract class TakenBackContract extends ContractGroup {
    private static final SubscribeOptions AHEAD_BY_TWO = SubscribeOptions.DEFAULTS.withMaxMessages(2);
    private static final SubscribeOptions GROUP = SubscribeOptions.DEFAULTS.withGroup("workers");

    private Broker reading() {
        return connect("poll=100ms");
    }

    /**
     * L10: who had read what is gone is told, and goes on behind the end of the log; who had not read so far goes on where it
     * was, and may have been told by a hint. If it fails: where does a reader go on whose place is behind the newest entry?
     */
    @Test
    @Rule({"L7", "L10"})
    void whatWasReadIsNotGivenAgain() {
        Topic<String> topic = durable();
        Broker broker = connect();
        List<Inbox<String>> ahead = List.of(
                subscribed(reading(), topic),
                subscribed(reading(), topic, SubscribeOptions.DEFAULTS.withStart(Start.earliest())));
        Inbox<String> behind = gated();
        subscribe(reading(), topic, AHEAD_BY_TWO, behind);
        publishOneByOne(broker, topic, 1, 6);
        faults().saveLog(topic.name());
        publishOneByOne(broker, topic, 7, 10);
        ahead.forEach(inbox -> inbox.awaitUpTo("10"));
        faults().takeBackLog(topic.name());
        ahead.forEach(Inbox::awaitGap);
        publishOneByOne(broker, topic, 11, 12);
        behind.open();
        for (Inbox<String> inbox : ahead) {
            inbox.awaitUpTo("12");
            assertThat(inbox.arrivals())
                    .containsExactly(
                            Stream.of(numbers(1, 10), List.of(Gap.of(topic.name(), Gap.Reason.RESET)), numbers(11, 12))
                                    .flatMap(List::stream)
                                    .toArray());
        }
        behind.awaitUpTo("12");
        assertThat(behind.payloads())
                .isEqualTo(Stream.of(numbers(1, 6), numbers(11, 12))
                        .flatMap(List::stream)
                        .toList());
    }

    /** L10: what a group read before the log dropped it is no loss. If it fails: is what the group read still known? */
    @Test
    @Rule("L10")
    void aGroupIsToldOfNoLossThatDidNotHappen() {
        assumeGroups();
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = inbox();
        Subscription member = subscribe(reading(), topic, GROUP, inbox);
        publishOneByOne(broker, topic, 1, 20);
        inbox.awaitUpTo("20");
        faults().trimLog(topic.name(), 5);
        faults().saveLog(topic.name());
        publishOneByOne(broker, topic, 21, 25);
        inbox.awaitUpTo("25");
        // An acknowledgement under way could reach another message: a log that is taken back may give a position again.
        await("all acknowledged", () -> member.stats().lag().orElse(1) == 0);
        faults().takeBackLog(topic.name());
        publishOneByOne(broker, topic, 26, 30);
        inbox.awaitUpTo("30");
        faults().trimLog(topic.name(), 1);
        publish(broker, topic, "31");
        inbox.awaitUpTo("31");
        assertThat(inbox.gaps()).isEmpty();
        assertThat(inbox.payloads()).containsAll(numbers(1, 31));
    }
}
