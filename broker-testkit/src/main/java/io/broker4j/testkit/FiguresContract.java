package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.DeadLettersTrimmed;
import io.broker4j.Message;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Retry;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The figures that the public API shows for durable topics and groups: the same on every medium. */
abstract class FiguresContract extends MembersContract {
    private static final Retry QUICK = Retry.DEFAULTS.withDelays(Duration.ofMillis(5), Duration.ofMillis(50));
    private static final SubscribeOptions GROUP =
            SubscribeOptions.DEFAULTS.withGroup("workers").withRetry(QUICK);
    private static final SubscribeOptions ONCE = GROUP.withRetry(QUICK.withMaxDeliveries(1));

    private Broker member() {
        return connect("lease=800ms", "poll=100ms");
    }

    private static Topic<String> dead(Topic<String> topic) {
        return Topic.text("dead.workers." + topic.name()).durable(Retention.count(10_000));
    }

    private Inbox<String> failing() {
        return this.<String>inbox().failWhen(text -> true, new IllegalStateException("no"));
    }

    /** L3. If it fails: is the group looked at before the next poll, once nothing is left? */
    @Test
    @Rule("L3")
    void lagIsZeroAsSoonAsAllIsHandled() {
        Topic<String> topic = durable();
        publishNumbers(connect(), topic, 1, 500);
        Inbox<String> inbox = gated();
        Subscription subscription = subscribe(connect("poll=10m"), topic, GROUP.withStart(Start.earliest()), inbox);
        inbox.await(1);
        await("all", () -> subscription.stats().lag().equals(OptionalLong.of(500)));
        inbox.open();
        inbox.awaitUpTo("500");
        await("nothing left", () -> subscription.stats().lag().equals(OptionalLong.of(0)));
    }

    /** L3: the lag counts entries that no member has had, entries held, and entries being handled. */
    @Test
    @Rule("L3")
    void lagCountsAllThatTheGroupHasNotHandled() {
        Topic<String> topic = durable();
        publishNumbers(connect(), topic, 1, 100);
        Inbox<String> inbox = gated();
        Subscription busy =
                subscribe(member(), topic, GROUP.withStart(Start.earliest()).withPrefetch(4), inbox);
        inbox.await(1);
        await("all", () -> busy.stats().lag().equals(OptionalLong.of(100)));
        inbox.open();
        inbox.awaitUpTo("100");
        await("nothing", () -> busy.stats().lag().equals(OptionalLong.of(0)));
    }

    /** L3: it was 0, as if all had been handled. */
    @Test
    @Rule("L3")
    void lagOfAClosedMemberIsWhatWasNotHandled() {
        Topic<String> topic = durable();
        publishNumbers(connect(), topic, 1, 10);
        Inbox<String> inbox = gated();
        Subscription subscription = subscribe(member(), topic, GROUP.withStart(Start.earliest()), inbox);
        inbox.pass(1);
        inbox.await(2);
        await("one handled", () -> subscription.stats().lag().equals(OptionalLong.of(9)));
        subscription.close(Duration.ZERO);
        assertThat(subscription.stats().lag()).hasValue(9);
    }

    /** L5. If it fails: do dead letters have a retention of their own, or that of the topic they came from? */
    @Test
    @Rule("L5")
    void deadLettersAreNotTrimmedByTheRetentionOfTheirOrigin() {
        Topic<String> topic = durable(Retention.count(2));
        Inbox<String> inbox = failing();
        Subscription subscription = subscribe(member(), topic, ONCE, inbox);
        Broker broker = connect();
        for (int number = 1; number <= 300; number++) {
            publish(broker, topic, Integer.toString(number));
            int handled = number;
            await("a failure", () -> subscription.stats().failed() == handled);
        }
        Inbox<String> dead = subscribed(broker, dead(topic), SubscribeOptions.DEFAULTS.withStart(Start.earliest()));
        assertThat(dead.awaitUpTo("300")).isEqualTo(numbers(1, 300));
    }

    /** L5, L8: no silent loss of dead letters. If it fails: does the medium tell what burying has dropped? */
    @Test
    @Rule({"L5", "L8"})
    void trimmedDeadLettersAreAnEventThatCountsThem() {
        Topic<String> topic = durable();
        Broker member = member();
        EventLog events = new EventLog(member);
        Retry few = QUICK.withMaxDeliveries(1).withDeadLetters(Retention.count(1));
        Subscription subscription = subscribe(member, topic, GROUP.withRetry(few), failing());
        publishNumbers(connect(), topic, 1, 250);
        await(
                "all buried",
                () -> subscription.stats().failed() == 250
                        && subscription.stats().lag().equals(OptionalLong.of(0)));
        Inbox<String> left = subscribed(connect(), dead(topic), SubscribeOptions.DEFAULTS.withStart(Start.earliest()));
        left.awaitUpTo("250");
        await(
                "events that count the others",
                () -> trimmed(events) == 250 - left.payloads().size());
        assertThat(events.all(DeadLettersTrimmed.class))
                .allMatch(event -> event.topic().equals(dead(topic).name()));
    }

    private static long trimmed(EventLog events) {
        return events.all(DeadLettersTrimmed.class).stream()
                .mapToLong(DeadLettersTrimmed::count)
                .sum();
    }

    /** L5: the headers and payload of a dead letter. */
    @Test
    @Rule("L5")
    void aDeadLetterTellsItsWholeStory() {
        Topic<String> topic = durable();
        Broker broker = connect();
        subscribe(member(), topic, GROUP, failing());
        var receipt = get(broker.publisher(topic).publish("bad", Map.of("lang", "de")));
        Inbox<String> dead = subscribed(broker, dead(topic), SubscribeOptions.DEFAULTS.withStart(Start.earliest()));
        dead.await(1);
        Message<String> letter = dead.messages().get(0);
        assertThat(letter.headers())
                .isEqualTo(Map.of(
                        "lang",
                        "de",
                        "dead-topic",
                        topic.name(),
                        "dead-group",
                        "workers",
                        "dead-attempts",
                        "5",
                        "dead-position",
                        receipt.position().orElseThrow().toString(),
                        "dead-cause",
                        "java.lang.IllegalStateException: no"));
        assertThat(letter.id()).isEqualTo(receipt.messageId());
        assertThat(letter.attempt()).isEqualTo(1);
        assertThat(letter.publishedAt())
                .isEqualTo(get(broker.history(topic, 1)).messages().get(0).publishedAt());
    }

    /** L6: its own lease is no reason to take over what it holds. If it fails: does the medium count that as a delivery? */
    @Test
    @Rule("L6")
    void aMemberThatWasAwayForLongGoesOnWithWhatItHolds() {
        Topic<String> topic = durable();
        Broker away = member();
        Inbox<String> inbox = gated();
        Subscription subscription = subscribe(away, topic, GROUP.withPrefetch(8), inbox);
        publishNumbers(connect(), topic, 1, 5);
        inbox.await(1);
        faults().isolate(away);
        awaitALease(topic);
        faults().restore();
        inbox.open();
        assertThat(inbox.await(5)).isEqualTo(numbers(1, 5));
        await("nothing left", () -> subscription.stats().lag().equals(OptionalLong.of(0)));
        assertThat(inbox.messages()).extracting(Message::attempt).containsOnly(1);
        assertThat(inbox.payloads()).hasSize(5);
    }

    /** Waits until a member of another group that died after this call has been replaced. */
    private void awaitALease(Topic<String> topic) {
        SubscribeOptions other = SubscribeOptions.DEFAULTS.withGroup("other").withStart(Start.earliest());
        Inbox<String> stuck = gated();
        Broker dying = member();
        subscribe(dying, topic, other, stuck);
        stuck.await(1);
        dying.close(Duration.ZERO);
        stuck.open();
        subscribed(member(), topic, other).await(1);
    }
}
