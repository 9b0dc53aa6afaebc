package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What subscriptions to durable topics receive while the medium loses nothing. */
abstract class DurableContract extends ContractGroup {

    /** L1. If it fails: does the first read begin exactly at the start, and the next exactly behind the last entry read? */
    @Test
    @Rule("L1")
    void everyStartDeliversHistoryAndThenWhatFollows() {
        Topic<String> topic = durable();
        Broker broker = connect();
        List<Position> positions = publishOneByOne(broker, topic, 1, 20);
        Inbox<String> now = subscribed(connect(), topic, from(Start.now()));
        Inbox<String> none = subscribed(connect(), topic, from(Start.last(0)));
        Inbox<String> five = subscribed(connect(), topic, from(Start.last(5)));
        Inbox<String> many = subscribed(connect(), topic, from(Start.last(5_000)));
        Inbox<String> earliest = subscribed(connect(), topic, from(Start.earliest()));
        Inbox<String> afterTen = subscribed(connect(), topic, from(Start.after(positions.get(9))));
        Inbox<String> afterAll = subscribed(connect(), topic, from(Start.after(positions.get(19))));
        Inbox<String> afterNone = subscribed(connect(), topic, from(Start.after(Position.ORIGIN)));
        publishNumbers(broker, topic, 21, 25);
        assertGets(now, 21);
        assertGets(none, 21);
        assertGets(five, 16);
        assertGets(many, 1);
        assertGets(earliest, 1);
        assertGets(afterTen, 11);
        assertGets(afterAll, 21);
        assertGets(afterNone, 1);
    }

    private void assertGets(Inbox<String> inbox, int first) {
        inbox.awaitUpTo("25");
        assertThat(inbox.arrivals()).containsExactlyElementsOf(List.copyOf(numbers(first, 25)));
    }

    /** L1: a topic that nobody has ever published to. */
    @Test
    @Rule("L1")
    void everyStartWorksBeforeTheFirstMessage() {
        Topic<String> topic = durable();
        Broker broker = connect();
        List<Inbox<String>> inboxes = new ArrayList<>();
        List<Start> starts = List.of(
                Start.now(),
                Start.earliest(),
                Start.last(3),
                Start.after(Position.ORIGIN),
                Start.at(Instant.MIN),
                Start.at(Instant.MAX));
        for (Start start : starts) {
            Inbox<String> inbox = inbox();
            Subscription subscription = subscribe(broker, topic, from(start), inbox);
            assertThat(subscription.position()).contains(Position.ORIGIN);
            inboxes.add(inbox);
        }
        publishNumbers(broker, topic, 1, 25);
        inboxes.forEach(inbox -> assertGets(inbox, 1));
    }

    /** L1, S1, S2: subscribing while four publishers run. */
    @Test
    @Rule({"L1", "S1", "S2"})
    void historyAndWhatFollowsHaveNoSeamWhilePublishersRun() {
        Topic<String> topic = durable();
        Inbox<String> all = subscribed(connect(), topic);
        List<NumberStream> streams = IntStream.range(0, 4)
                .mapToObj(i -> stream(connect().publisher(topic)))
                .toList();
        Broker subscribing = connect();
        List<Inbox<String>> joined = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            streams.get(0).awaitProgress(20);
            all.await(1);
            List<Position> soFar = positions(all);
            Position known = soFar.get(soFar.size() - 1);
            for (Start start : List.of(Start.now(), Start.earliest(), Start.last(50), Start.after(known))) {
                joined.add(subscribed(subscribing, topic, from(start)));
            }
        }
        streams.forEach(NumberStream::stop);
        publish(subscribing, topic, "end");
        all.awaitUpTo("end");
        List<Position> log = positions(all);
        assertThat(log)
                .isSortedAccordingTo((a, b) -> a.isAfter(b) ? 1 : a.equals(b) ? 0 : -1)
                .doesNotHaveDuplicates();
        for (Inbox<String> inbox : joined) {
            inbox.awaitUpTo("end");
            List<Position> got = positions(inbox);
            assertThat(inbox.gaps()).isEmpty();
            assertThat(got).isEqualTo(log.subList(log.size() - got.size(), log.size()));
        }
        for (int i = 0; i < joined.size(); i += 4) {
            assertThat(positions(joined.get(i + 1))).as("from earliest").hasSameSizeAs(log);
            assertThat(joined.get(i + 2).payloads()).as("from last(50)").hasSizeGreaterThanOrEqualTo(51);
        }
    }

    private static List<Position> positions(Inbox<String> inbox) {
        return inbox.messages().stream()
                .map(message -> message.position().orElseThrow())
                .toList();
    }

    /** L1, D4: a slow subscriber falls behind in the log. If it fails: is more read than the mailbox has room for? */
    @Test
    @Rule({"L1", "D4", "D5"})
    void aSlowSubscriberGetsEverythingAndHoldsLittle() {
        Topic<String> topic = durable();
        Broker broker = connect("poll=100ms");
        Inbox<String> inbox = gated();
        Subscription subscription = subscribe(broker, topic, SubscribeOptions.DEFAULTS.withMaxMessages(10), inbox);
        publishNumbers(broker, topic, 1, 5_000);
        await("a full mailbox", () -> subscription.stats().queued() == 10);
        await("its lag", () -> subscription.stats().lag().orElse(0) >= 4_999);
        for (int i = 0; i < 100; i++) {
            inbox.pass(1);
            assertThat(subscription.stats().queued()).isLessThanOrEqualTo(10);
        }
        inbox.open();
        assertThat(inbox.awaitUpTo("5000")).isEqualTo(numbers(1, 5_000));
        assertThat(inbox.gaps()).isEmpty();
        await("no lag", () -> subscription.stats().lag().orElse(1) == 0);
        assertThat(subscription.stats().dropped()).isZero();
    }

    /** D5: bytes bound the mailbox too, but a message that exceeds them by itself is delivered. */
    @Test
    @Rule({"L1", "D5"})
    void messagesLargerThanTheMailboxAreDeliveredOneByOne() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = gated();
        SubscribeOptions small = SubscribeOptions.DEFAULTS.withMaxBytes(100);
        Subscription subscription = subscribe(broker, topic, small, inbox);
        for (int i = 0; i < 20; i++) {
            publish(broker, topic, "x".repeat(i % 2 == 0 ? 150 : 60));
        }
        await("a queued message", () -> subscription.stats().queued() == 1);
        inbox.open();
        assertThat(inbox.await(20)).hasSize(20);
        assertThat(inbox.gaps()).isEmpty();
    }

    /** L1: a hint is only a hint. If it fails: is a log read after some silence? */
    @Test
    @Rule({"L1", "D9"})
    void whatNoHintAnnouncesIsReadAllTheSame() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = subscribed(connect("poll=100ms"), topic);
        faults().loseHints();
        publishNumbers(broker, topic, 1, 3);
        assertThat(inbox.awaitUpTo("3")).isEqualTo(numbers(1, 3));
        publishNumbers(broker, topic, 4, 6);
        assertThat(inbox.awaitUpTo("6")).isEqualTo(numbers(1, 6));
    }

    /** L1: hints that are lost, doubled or swapped do no harm. */
    @Test
    @Rule("L1")
    void hintsThatComeTwiceOrInAnyOrderDoNoHarm() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = subscribed(connect("poll=100ms"), topic);
        faults().duplicate();
        publishNumbers(broker, topic, 1, 100);
        faults().restore();
        faults().swap();
        publishNumbers(broker, topic, 101, 201);
        faults().restore();
        publish(broker, topic, "end");
        inbox.awaitUpTo("end");
        assertThat(inbox.gaps()).isEmpty();
        assertThat(inbox.payloads().subList(0, 201)).isEqualTo(numbers(1, 201));
    }

    /** D9: no lost wake-up. */
    @Test
    @Rule("D9")
    void everySingleMessageIsDeliveredWithoutWaitingForAnother() {
        Topic<String> topic = durable();
        Broker broker = connect("poll=10m");
        Inbox<String> inbox = subscribed(connect("poll=10m"), topic);
        for (int i = 1; i <= 2_000; i++) {
            broker.publisher(topic).publish(Integer.toString(i));
            if (i % 10 == 0) {
                inbox.await(i);
            }
        }
        assertThat(inbox.payloads()).isEqualTo(numbers(1, 2_000));
    }

    /** D9: no lost wake-up, although subscriptions of a broker may share what they ask the medium. */
    @Test
    @Rule("D9")
    void everySingleMessageIsDeliveredToEachOfManySubscriptions() {
        Topic<String> topic = durable();
        Broker publishing = connect("poll=10m");
        Broker subscribing = connect("poll=10m");
        List<Inbox<String>> inboxes =
                Stream.generate(() -> subscribed(subscribing, topic)).limit(10).toList();
        for (int i = 1; i <= 500; i++) {
            publishing.publisher(topic).publish(Integer.toString(i));
            if (i % 5 == 0) {
                int count = i;
                inboxes.forEach(inbox -> inbox.await(count));
            }
        }
        inboxes.forEach(inbox -> assertThat(inbox.payloads()).isEqualTo(numbers(1, 500)));
    }

    /** L2, C1: outages leave no hole. */
    @Test
    @Rule({"L1", "L2", "C1"})
    void outagesLeaveNoHoleAndNoGap() {
        Topic<String> topic = durable();
        List<Inbox<String>> inboxes = List.of(subscribed(connect(), topic), subscribed(connect(), topic));
        NumberStream stream = stream(connect("publishTimeout=300ms").publisher(topic));
        for (int outage = 1; outage <= 3; outage++) {
            stream.awaitProgress(50);
            faults().cut();
            stream.awaitProgress(50);
            faults().restore();
        }
        stream.awaitReceipts(50);
        stream.stop();
        String last = publishOnceUp(connect(), topic, "1000000");
        for (Inbox<String> inbox : inboxes) {
            inbox.awaitUpTo(last);
            assertThat(inbox.gaps()).isEmpty();
            stream.check(
                    List.copyOf(inbox.payloads().stream()
                            .filter(payload -> !payload.startsWith("1000000"))
                            .toList()),
                    0);
        }
    }

    /** L2: on another server, from the text of a position. */
    @Test
    @Rule("L2")
    void aPositionTakenOnOneBrokerResumesOnAnother() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> first = inbox();
        Subscription subscription = subscribe(connect(), topic, first);
        publishNumbers(broker, topic, 1, 10);
        first.awaitUpTo("10");
        Message<String> seventh = first.messages().get(6);
        await(
                "the position of the last message",
                () -> subscription.position().equals(first.messages().get(9).position()));
        subscription.close();
        publishNumbers(broker, topic, 11, 25);
        String text = seventh.position().orElseThrow().toString();
        assertGets(subscribed(connect(), topic, from(Start.after(Position.parse(text)))), 8);
        assertGets(
                subscribed(
                        connect(),
                        topic,
                        from(Start.after(subscription.position().orElseThrow()))),
                11);
    }

    /** L2: an entry has the same position for every reader, and positions grow. */
    @Test
    @Rule({"L2", "P2"})
    void receiptAndMessagesOfAllBrokersNameTheSamePosition() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> one = subscribed(connect(), topic);
        Inbox<String> other = subscribed(connect(), topic, from(Start.earliest()));
        List<Position> receipts = publishOneByOne(broker, topic, 1, 10);
        for (Inbox<String> inbox : List.of(one, other)) {
            inbox.await(10);
            assertThat(positions(inbox)).isEqualTo(receipts);
        }
        for (int i = 1; i < receipts.size(); i++) {
            assertThat(receipts.get(i).isAfter(receipts.get(i - 1))).isTrue();
            assertThat(receipts.get(i - 1).isAfter(receipts.get(i))).isFalse();
        }
    }

    /** L1. If it fails: does a plain subscription count the message that is being handled? */
    @Test
    @Rule("L1")
    void lagOfAPlainSubscriptionCountsTheMessageBeingHandled() {
        Topic<String> topic = durable();
        Inbox<String> inbox = gated();
        Subscription subscription = subscribe(connect("poll=100ms"), topic, inbox);
        publishNumbers(connect(), topic, 1, 3);
        inbox.await(1);
        await("three", () -> subscription.stats().lag().equals(OptionalLong.of(3)));
        inbox.open();
        inbox.awaitUpTo("3");
        await("none", () -> subscription.stats().lag().equals(OptionalLong.of(0)));
    }
}
