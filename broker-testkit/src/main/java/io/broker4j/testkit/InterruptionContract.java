package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.Connected;
import io.broker4j.BrokerEvent.Disconnected;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What subscriptions get when the link or the medium fails, and when single messages are lost, doubled or swapped. */
abstract class InterruptionContract extends ContractGroup {

    /** C1, D8. If it fails: what asks the medium again for everything wanted, and until when? */
    @Test
    @Rule({"C1", "D8", "S2"})
    void afterEveryOutageEverySubscriptionIsLiveAgainAndToldOnce() {
        assertRenewed(3, () -> {
            faults().cut();
            faults().restore();
        });
    }

    /** C1, D8: an outage that every broker has noticed, by the time it ends. */
    @Test
    @Rule({"C1", "D8"})
    void afterANoticedOutageEverySubscriptionIsLiveAgainAndToldOnce() {
        Broker probing = connect();
        assertRenewed(2, () -> {
            faults().cut();
            awaitDisconnected(probing);
            faults().restore();
        });
    }

    /** C1, D8: a medium that has forgotten everything. */
    @Test
    @Rule({"C1", "D8"})
    void afterARestartOfTheMediumEverySubscriptionIsLiveAgainAndToldOnce() {
        assertRenewed(2, faults()::restart);
    }

    private void assertRenewed(int outages, Runnable outage) {
        Broker broker = connect();
        Broker other = connect();
        List<String> suffixes = Stream.concat(
                        Stream.of(".*", ".>", ".x"),
                        Stream.iterate(0, i -> i + 1).limit(17).map(i -> ""))
                .toList();
        Map<Topic<String>, Topic<String>> publishedTo = new LinkedHashMap<>();
        Map<Topic<String>, Inbox<String>> inboxes = new LinkedHashMap<>();
        Map<Topic<String>, List<Object>> expected = new LinkedHashMap<>();
        for (String suffix : suffixes) {
            String name = topic().name();
            Topic<String> topic = Topic.text(name + suffix);
            publishedTo.put(topic, Topic.text(suffix.isEmpty() ? name : name + ".x"));
            inboxes.put(topic, subscribed(broker, topic));
            expected.put(topic, new ArrayList<>());
        }
        Topic<String> unwanted = topic();
        Inbox<String> closed = inbox();
        subscribe(broker, unwanted, closed).close();
        for (int i = 1; i <= outages; i++) {
            outage.run();
            int soFar = i;
            inboxes.forEach((topic, inbox) -> {
                awaitOutages(inbox, soFar);
                expected.get(topic).add(Gap.of(topic.name(), Reason.DISCONNECTED));
                expected.get(topic)
                        .add(publishOnceUp(
                                soFar % 2 == 0 ? broker : other, publishedTo.get(topic), "outage" + soFar + "-"));
                inbox.awaitUpTo((String) expected.get(topic).get(2 * soFar - 1));
            });
            publishOnceUp(other, unwanted, "unwanted");
        }
        inboxes.forEach((topic, inbox) -> assertThat(withoutFailed(inbox.arrivals(), expected.get(topic)))
                .as("arrivals at %s", topic)
                .containsExactlyElementsOf(expected.get(topic)));
        assertThat(closed.arrivals()).isEmpty();
    }

    /** Without messages whose publish failed {@code UNKNOWN} and which were received, or announced as missing. */
    private static List<Object> withoutFailed(List<Object> arrivals, List<Object> expected) {
        return arrivals.stream()
                .filter(arrival ->
                        arrival instanceof Gap gap ? gap.reason() == Reason.DISCONNECTED : expected.contains(arrival))
                .toList();
    }

    /** C1: for two subscriptions to one topic, and for those made and closed while the link is down. */
    @Test
    @Rule({"C1", "D8", "S6"})
    void whatIsAskedForDuringAnOutageHoldsAfterIt() {
        Broker broker = connect("subscribeTimeout=1m");
        Topic<String> topic = topic();
        Inbox<String> before = subscribed(broker, topic);
        Inbox<String> closing = inbox();
        Subscription toClose = subscribe(broker, topic, closing);
        Topic<String> alone = topic();
        Inbox<String> closingAlone = inbox();
        Subscription aloneToClose = subscribe(broker, alone, closingAlone);
        faults().cut();
        awaitDisconnected(broker);
        Inbox<String> during = inbox();
        CompletableFuture<Subscription> subscribing = broker.subscribe(topic(), during);
        Inbox<String> shared = inbox();
        CompletableFuture<Subscription> sharing = broker.subscribe(topic, shared);
        toClose.close();
        aloneToClose.close();
        faults().restore();
        Subscription made = get(subscribing);
        get(sharing);
        awaitOutages(before, 1);
        Broker other = connect();
        String last = publishOnceUp(other, topic, "last");
        String made1 = publishOnceUp(other, Topic.text(made.topic()), "made");
        publishOnceUp(other, alone, "unwanted");
        assertThat(before.awaitUpTo(last)).containsExactly(last);
        assertThat(shared.awaitUpTo(last)).containsExactly(last);
        assertThat(during.awaitUpTo(made1)).containsExactly(made1);
        publish(other, topic, "end");
        before.awaitUpTo("end");
        assertThat(closing.payloads())
                .as("received by a subscription closed during the outage")
                .isEmpty();
        assertThat(closingAlone.payloads())
                .as("received by a subscription closed during the outage")
                .isEmpty();
    }

    /** C1: events tell when. If it fails: does every change of the link's state go through one place? */
    @Test
    @Rule("C1")
    void anOutageIsReportedByEvents() {
        Broker broker = connect();
        EventLog events = new EventLog(broker);
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(broker, topic);
        faults().cut();
        await(
                "an event that says disconnected",
                () -> !events.all(Disconnected.class).isEmpty());
        faults().restore();
        awaitOutages(inbox, 1);
        await("an event that says connected", () -> !events.all(Connected.class).isEmpty());
    }

    /** D7, D8: every receipt's message arrives or lies in a gap, none arrives twice, while brokers come and go. */
    @Test
    @Rule({"D7", "D8", "C1", "S2"})
    void aStreamIsReceivedOnceInOrderAndWithoutAnUnannouncedHoleThroughOutages() {
        Broker broker = connect();
        Topic<String> topic = topic();
        List<Inbox<String>> inboxes = List.of(
                subscribed(broker, topic), subscribed(broker, Topic.text(root() + ".>")), subscribed(connect(), topic));
        NumberStream stream =
                new NumberStream(this, connect("publishTimeout=300ms").publisher(topic));
        for (int outage = 1; outage <= 3; outage++) {
            stream.awaitProgress(50);
            faults().cut();
            faults().restore();
            for (Inbox<String> inbox : inboxes) {
                awaitOutages(inbox, outage);
            }
        }
        stream.awaitProgress(50);
        stream.stop();
        for (Inbox<String> inbox : inboxes) {
            inbox.awaitUpTo(Integer.toString(stream.lastReceipt()));
            stream.check(inbox.arrivals(), 0);
            assertThat(outages(inbox)).isEqualTo(3);
        }
    }

    /** D8. If it fails: is a jump in a publisher's numbers seen before its message is handed out? */
    @Test
    @Rule({"D8", "S2"})
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

    /** D7. If it fails: is a number that is not above the highest seen dropped? */
    @Test
    @Rule({"D7", "S3"})
    void messagesThatTheMediumDoublesArriveOnce() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
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
    }

    /** D1, D7, D8: the later of two swapped messages is delivered after a gap, the earlier no more. */
    @Test
    @Rule({"D7", "D8", "D1"})
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

    /** D7: a failed publish that nobody received leaves no duplicate and no message behind. */
    @Test
    @Rule({"D7", "P4"})
    void theNextPublishAfterAnOutageIsReceivedOnce() {
        Broker broker = connect("publishTimeout=1m");
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        publish(broker, topic, "before");
        inbox.await(1);
        faults().cut();
        awaitDisconnected(broker);
        faults().restore();
        awaitOutages(inbox, 1);
        String last = publishOnceUp(broker, topic, "after");
        inbox.awaitUpTo(last);
        publish(broker, topic, "end");
        assertThat(inbox.awaitUpTo("end"))
                .startsWith("before")
                .endsWith(last, "end")
                .doesNotHaveDuplicates();
        assertThat(outages(inbox)).as("gaps for one outage").isEqualTo(1);
    }
}
