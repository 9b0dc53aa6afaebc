package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.Ignored;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Topic;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What subscriptions receive when the medium loses, doubles or swaps single messages. */
abstract class SingleMessagesContract extends ContractGroup {

    /** D8. If it fails: is a jump in a publisher's numbers seen before its message is handed out? */
    @Test
    @Rule("D8")
    void messagesThatTheMediumLosesAreAnnouncedBeforeTheNext() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> own = subscribed(broker, topic);
        Inbox<String> far = subscribed(connect(), topic);
        publishNumbers(broker, topic, 1, 3);
        own.await(3);
        far.await(3);
        faults().drop();
        publishNumbers(broker, topic, 4, 5);
        faults().restore();
        publishNumbers(broker, topic, 6, 8);
        for (Inbox<String> inbox : List.of(own, far)) {
            inbox.await(6);
            assertThat(inbox.arrivals())
                    .containsExactly("1", "2", "3", Gap.of(topic.name(), Reason.SEQUENCE, 2), "6", "7", "8");
        }
    }

    /** S2, D8: a gap covers nothing lost after it. If it fails: does a receiver keep its numbers through a renewed link? */
    @Test
    @Rule({"S2", "D8"})
    void whatTheMediumLosesBehindTheGapOfAnOutageIsAnnouncedToo() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> own = subscribed(broker, topic);
        Inbox<String> far = subscribed(connect(), topic);
        publish(broker, topic, "1");
        own.await(1);
        far.await(1);
        faults().cut();
        faults().restore();
        awaitOutages(own, 1);
        awaitOutages(far, 1);
        faults().drop();
        publishOnceUp(broker, topic, "lost");
        faults().restore();
        String next = publishOnceUp(broker, topic, "next");
        for (Inbox<String> inbox : List.of(own, far)) {
            inbox.awaitUpTo(next);
            List<Object> arrivals = inbox.arrivals();
            assertThat(arrivals).startsWith("1", Gap.of(topic.name(), Reason.DISCONNECTED));
            assertThat(arrivals.get(arrivals.indexOf(next) - 1))
                    .as("told before %s, since one was lost behind the outage's gap: %s", next, arrivals)
                    .isInstanceOfSatisfying(
                            Gap.class, gap -> assertThat(gap.reason()).isEqualTo(Reason.SEQUENCE));
        }
    }

    /** D7. If it fails: is a number that is not above the highest seen dropped? */
    @Test
    @Rule("D7")
    void messagesThatTheMediumDoublesArriveOnce() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Broker subscribing = connect();
        EventLog events = new EventLog(subscribing);
        Inbox<String> inbox = subscribed(subscribing, topic);
        publish(broker, topic, "0");
        inbox.await(1);
        faults().duplicate();
        publishNumbers(broker, topic, 1, 5);
        faults().restore();
        publishNumbers(broker, topic, 6, 10);
        publish(broker, topic, "end");
        inbox.awaitUpTo("end");
        publish(broker, topic, "end of end");
        inbox.awaitUpTo("end of end");
        assertThat(inbox.arrivals())
                .containsExactly(Stream.of(numbers(0, 10), List.of("end", "end of end"))
                        .flatMap(List::stream)
                        .toArray());
        await(
                "events that count what was ignored",
                () -> events.all(Ignored.class).stream()
                                .mapToLong(Ignored::count)
                                .sum()
                        == 5);
    }

    /** D1, D7, D8: the later of two swapped messages is delivered after a gap, the earlier no more. */
    @Test
    @Rule({"D7", "D8"})
    void messagesThatTheMediumSwapsAreNotDeliveredOutOfOrder() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        publish(broker, topic, "1");
        inbox.await(1);
        faults().swap();
        publishNumbers(broker, topic, 2, 3);
        faults().restore();
        publish(broker, topic, "4");
        inbox.awaitUpTo("4");
        assertThat(inbox.arrivals()).containsExactly("1", Gap.of(topic.name(), Reason.SEQUENCE, 1), "3", "4");
    }
}
