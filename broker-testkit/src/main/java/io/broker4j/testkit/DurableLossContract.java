package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What subscriptions to durable topics are told when the log has lost what they should have read, and how much a log keeps. */
abstract class DurableLossContract extends ContractGroup {
    /** An idle log must not end between two steps of a test, however busy the machine is. */
    private static final Duration LONG_ENOUGH_TO_LOOK = Duration.ofSeconds(2);

    private Inbox<String> subscribedFrom(Topic<String> topic, Start start) {
        return subscribed(connect("poll=100ms"), topic, SubscribeOptions.DEFAULTS.withStart(start));
    }

    private static Object[] gapThen(Gap gap, int first, int last) {
        return Stream.concat(Stream.of(gap), numbers(first, last).stream()).toArray();
    }

    /** L2. If it fails: is the entry of the position looked for, and its absence told first? */
    @Test
    @Rule("L2")
    void aPositionThatTheLogNoLongerReachesIsAnsweredByAGapFirst() {
        Topic<String> topic = durable();
        Broker broker = connect();
        List<Position> positions = publishOneByOne(broker, topic, 1, 20);
        faults().trimLog(topic.name(), 5);
        Inbox<String> lost = subscribedFrom(topic, Start.after(positions.get(2)));
        Inbox<String> perhapsLost = subscribedFrom(topic, Start.after(positions.get(14)));
        Inbox<String> origin = subscribedFrom(topic, Start.after(Position.ORIGIN));
        Inbox<String> kept = subscribedFrom(topic, Start.after(positions.get(15)));
        Inbox<String> earliest = subscribedFrom(topic, Start.earliest());
        publishNumbers(broker, topic, 21, 22);
        List.of(lost, perhapsLost, origin, kept, earliest).forEach(inbox -> inbox.awaitUpTo("22"));
        assertThat(lost.gaps()).extracting(Gap::reason).containsExactly(Reason.TRIMMED);
        assertThat(lost.arrivals())
                .startsWith(lost.gaps().get(0))
                .endsWith(numbers(16, 22).toArray())
                .hasSize(8);
        assertThat(perhapsLost.arrivals()).startsWith(perhapsLost.gaps().get(0)).hasSize(8);
        assertThat(origin.arrivals()).containsExactly(gapThen(Gap.of(topic.name(), Reason.TRIMMED, 15), 16, 22));
        assertThat(kept.arrivals()).containsExactlyElementsOf(List.copyOf(numbers(17, 22)));
        assertThat(earliest.arrivals()).containsExactlyElementsOf(List.copyOf(numbers(16, 22)));
    }

    /** L2: positions of another log, which may lie before, within or behind the positions of this one. */
    @Test
    @Rule("L2")
    void aForeignPositionIsAnsweredByAResetAndEverythingThatFollowsIt() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publishOneByOne(broker, topic, 1, 3);
        Inbox<String> behind = subscribedFrom(topic, Start.after(Position.of(-1, 5)));
        Inbox<String> before = subscribedFrom(topic, Start.after(Position.of(0, 7)));
        publishNumbers(broker, topic, 4, 5);
        behind.awaitUpTo("5");
        before.awaitUpTo("5");
        assertThat(behind.arrivals()).containsExactly(gapThen(Gap.of(topic.name(), Reason.RESET), 1, 5));
        assertThat(before.gaps()).hasSize(1);
        assertThat(before.payloads()).isEqualTo(numbers(1, 5));
    }

    /** L7: trimming under a reader that is slow. */
    @Test
    @Rule("L7")
    void whatIsTrimmedUnderASlowReaderIsCounted() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = gated();
        subscribe(connect("poll=100ms"), topic, SubscribeOptions.DEFAULTS.withMaxMessages(4), inbox);
        publishOneByOne(broker, topic, 1, 100);
        faults().trimLog(topic.name(), 10);
        inbox.open();
        inbox.awaitUpTo("100");
        assertThat(inbox.gaps()).hasSize(1);
        Gap gap = inbox.gaps().get(0);
        assertThat(gap.reason()).isEqualTo(Reason.TRIMMED);
        assertThat(gap.count().orElseThrow() + inbox.payloads().size()).isEqualTo(100);
        int read = inbox.arrivals().indexOf(gap);
        assertThat(inbox.payloads().subList(0, read)).isEqualTo(numbers(1, read));
        assertThat(inbox.payloads().subList(read, inbox.payloads().size())).isEqualTo(numbers(91, 100));
    }

    /** L7: dropping entries that were read already is no loss. */
    @Test
    @Rule("L7")
    void trimmingWhatWasReadIsNoLoss() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = subscribedFrom(topic, Start.now());
        publishOneByOne(broker, topic, 1, 20);
        inbox.awaitUpTo("20");
        faults().trimLog(topic.name(), 0);
        publishOneByOne(broker, topic, 21, 30);
        inbox.awaitUpTo("30");
        faults().trimLog(topic.name(), 3);
        publishOneByOne(broker, topic, 31, 40);
        inbox.awaitUpTo("40");
        assertThat(inbox.arrivals()).containsExactlyElementsOf(List.copyOf(numbers(1, 40)));
    }

    /** L7: a log that is deleted, in a pause. */
    @Test
    @Rule("L7")
    void aDeletedLogIsToldOnceAndTheSubscriptionGoesOn() {
        Topic<String> topic = durable();
        Broker broker = connect();
        List<Inbox<String>> inboxes =
                List.of(subscribedFrom(topic, Start.now()), subscribedFrom(topic, Start.earliest()));
        publishOneByOne(broker, topic, 1, 10);
        inboxes.forEach(inbox -> inbox.awaitUpTo("10"));
        for (int round = 1; round <= 2; round++) {
            faults().deleteLog(topic.name());
            inboxes.forEach(inbox -> inbox.awaitGap());
            publishOneByOne(broker, topic, 10 * round + 1, 10 * round + 10);
            for (Inbox<String> inbox : inboxes) {
                inbox.awaitUpTo(Integer.toString(10 * round + 10));
            }
        }
        for (Inbox<String> inbox : inboxes) {
            assertThat(inbox.payloads()).isEqualTo(numbers(1, 30));
            assertThat(inbox.gaps())
                    .containsExactly(Gap.of(topic.name(), Reason.RESET), Gap.of(topic.name(), Reason.RESET));
        }
    }

    /** L7: a log that has been deleted and has grown further than the reader was. If it fails: are reads inclusive? */
    @Test
    @Rule("L7")
    void aLogThatWasReplacedBehindTheReadersBackIsTold() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = subscribed(connect("poll=10m"), topic);
        publishOneByOne(broker, topic, 1, 10);
        inbox.awaitUpTo("10");
        faults().loseHints();
        faults().deleteLog(topic.name());
        publishOneByOne(broker, topic, 11, 40);
        faults().restore();
        publish(broker, topic, "end");
        inbox.awaitUpTo("end");
        assertThat(inbox.gaps()).containsExactly(Gap.of(topic.name(), Reason.RESET));
        assertThat(inbox.payloads().subList(0, 40)).isEqualTo(numbers(1, 40));
        assertThat(inbox.arrivals().get(10)).isEqualTo(Gap.of(topic.name(), Reason.RESET));
    }

    /** L8. If it fails: does every append see to the length? */
    @Test
    @Rule("L8")
    void aLogKeepsWhatItsRetentionSaysAndLittleMore() {
        Topic<String> topic = durable(Retention.count(100));
        Broker broker = connect();
        publishNumbers(broker, topic, 1, 3_000);
        List<String> kept = all(broker, topic);
        assertThat(kept).hasSizeBetween(100, 1_100).isEqualTo(numbers(3_001 - kept.size(), 3_000));
        Topic<String> smaller = topic().durable(Retention.count(10));
        Topic<String> same = Topic.text(topic.name()).durable(Retention.count(10));
        publishNumbers(broker, same, 3_001, 4_500);
        assertThat(all(broker, topic)).hasSizeBetween(10, 1_010);
        publish(broker, smaller, "one");
        assertThat(all(broker, smaller)).containsExactly("one");
    }

    /** All that a log holds, oldest first, page by page. */
    private List<String> all(Broker broker, Topic<String> topic) {
        List<Message<String>> found = new ArrayList<>();
        Broker.Page<String> page = get(broker.history(topic, 500));
        found.addAll(page.messages());
        while (page.before().isPresent()) {
            page = get(broker.history(topic, page.before().get(), 500));
            found.addAll(0, page.messages());
        }
        return found.stream().map(Message::payload).toList();
    }

    /** L8: an idle log ends, a busy one does not. */
    @Test
    @Rule("L8")
    void anIdleLogExpiresIfItsPublisherWantsThat() {
        Topic<String> expiring = durable(Retention.count(100).expireWhenIdle(LONG_ENOUGH_TO_LOOK));
        Topic<String> staying = durable(Retention.count(100));
        Broker broker = connect();
        publish(broker, staying, "stays");
        publish(broker, expiring, "goes");
        assertThat(all(broker, expiring)).containsExactly("goes");
        await("the end of an idle log", () -> all(broker, expiring).isEmpty());
        assertThat(all(broker, staying)).containsExactly("stays");
        publish(broker, expiring, "again");
        assertThat(all(broker, expiring)).containsExactly("again");
    }

    /** L8. If it fails: does an append without idle expiry take away the one that an earlier append has set? */
    @Test
    @Rule("L8")
    void theNewestMessageSaysWhenAnIdleLogEnds() {
        Retention passing = Retention.count(100).expireWhenIdle(LONG_ENOUGH_TO_LOOK);
        Topic<String> staying = durable(Retention.count(100));
        Topic<String> ending = Topic.text(staying.name()).durable(passing);
        Topic<String> later = durable(passing);
        Broker broker = connect();
        Broker other = connect();
        publish(broker, ending, "first");
        publish(other, staying, "second");
        publish(broker, later, "ends after the first would have ended");
        await("the end of an idle log", () -> all(broker, later).isEmpty());
        assertThat(all(broker, staying)).containsExactly("first", "second");
        publish(broker, ending, "third");
        await(
                "the end of a log whose newest message asks for it",
                () -> all(broker, staying).isEmpty());
    }
}
