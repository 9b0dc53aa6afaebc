package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Message;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which messages the members of a group share, keep, and leave to others. */
abstract class GroupContract extends MembersContract {
    private static final SubscribeOptions GROUP = SubscribeOptions.DEFAULTS.withGroup("workers");

    /** With a lease that runs out while a test waits. */
    private Broker member() {
        return connect("lease=800ms", "poll=100ms");
    }

    private Inbox<String> joined(Topic<String> topic) {
        return subscribed(member(), topic, GROUP);
    }

    private static List<String> payloads(List<Inbox<String>> inboxes) {
        return inboxes.stream().flatMap(inbox -> inbox.payloads().stream()).toList();
    }

    /** L3. If it fails: is an entry given to one member only, and is none passed over? */
    @Test
    @Rule("L3")
    void membersShareTheMessages() {
        Topic<String> topic = durable();
        Inbox<String> busy = gated();
        Subscription slow = subscribe(connect(), topic, GROUP, busy);
        publishNumbers(connect(), topic, 1, 10);
        busy.await(1);
        List<Inbox<String>> others = List.of(subscribed(connect(), topic, GROUP), subscribed(connect(), topic, GROUP));
        publishNumbers(connect(), topic, 11, 500);
        await("what the busy member did not take", () -> payloads(others).size() >= 500 - 17);
        busy.open();
        List<Inbox<String>> members =
                Stream.concat(Stream.of(busy), others.stream()).toList();
        await("all", () -> payloads(members).size() >= 500);
        assertThat(payloads(members)).containsExactlyInAnyOrderElementsOf(numbers(1, 500));
        await("nothing left", () -> slow.stats().lag().orElse(1) == 0);
        assertThat(busy.payloads()).startsWith("1").hasSizeLessThanOrEqualTo(17);
    }

    /** D1: a single member receives messages in log order. */
    @Test
    @Rule({"D1", "L3"})
    void oneMemberGetsMessagesInLogOrder() {
        Topic<String> topic = durable();
        Inbox<String> only = joined(topic);
        publishNumbers(connect(), topic, 1, 3_000);
        assertThat(only.awaitUpTo("3000")).isEqualTo(numbers(1, 3_000));
        assertThat(only.messages()).allMatch(message -> message.attempt() == 1);
        assertThat(only.gaps()).isEmpty();
    }

    /** L3: a group waits for its members. */
    @Test
    @Rule("L3")
    void whatIsPublishedWhileNoMemberRunsWaits() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publishNumbers(broker, topic, 1, 3);
        subscribe(member(), topic, GROUP, message -> {}).close();
        publishNumbers(broker, topic, 4, 6);
        Inbox<String> later = subscribed(member(), topic, GROUP.withStart(Start.earliest()));
        publishNumbers(broker, topic, 7, 9);
        assertThat(later.awaitUpTo("9")).isEqualTo(numbers(4, 9));
    }

    /** L3: where a new group begins. */
    @Test
    @Rule("L3")
    void aNewGroupBeginsAtItsStart() {
        Topic<String> topic = durable();
        Broker broker = connect();
        var positions = publishOneByOne(broker, topic, 1, 10);
        List<Inbox<String>> groups = new ArrayList<>();
        for (Start start : List.of(Start.earliest(), Start.last(8), Start.after(positions.get(4)), Start.now())) {
            SubscribeOptions options = SubscribeOptions.DEFAULTS.withGroup("g" + groups.size());
            groups.add(subscribed(member(), topic, options.withStart(start)));
        }
        publishNumbers(broker, topic, 11, 12);
        int[] first = {1, 3, 6, 11};
        for (int i = 0; i < first.length; i++) {
            assertThat(groups.get(i).awaitUpTo("12")).isEqualTo(numbers(first[i], 12));
            assertThat(groups.get(i).gaps()).isEmpty();
        }
    }

    /** L4: a handled message is not delivered again, even if the member leaves at once. */
    @Test
    @Rule("L4")
    void whatWasHandledIsAcknowledgedWhenTheMemberHasClosed() {
        Topic<String> topic = durable();
        Broker broker = connect();
        for (int round = 0; round < 20; round++) {
            Inbox<String> inbox = inbox();
            Broker member = member();
            Subscription subscription = subscribe(member, topic, GROUP, inbox);
            publishNumbers(broker, topic, 10 * round, 10 * round + 9);
            assertThat(inbox.awaitUpTo(Integer.toString(10 * round + 9)))
                    .isEqualTo(numbers(10 * round, 10 * round + 9));
            if (round % 2 == 0) {
                subscription.close();
            }
            member.close();
        }
    }

    /** L4. If it fails: is a message acknowledged before its handler has returned? */
    @Test
    @Rule({"L4", "L6"})
    void whatAMemberHadNotFinishedGoesToAnother() {
        Topic<String> topic = durable();
        Inbox<String> interrupted = gated();
        Broker dying = member();
        Subscription subscription = subscribe(dying, topic, GROUP, interrupted);
        publishNumbers(connect(), topic, 1, 5);
        interrupted.await(1);
        await("the others, read", () -> subscription.stats().queued() == 4);
        faults().isolate(dying);
        Inbox<String> heir = joined(topic);
        await("all", () -> heir.payloads().size() >= 5);
        assertThat(heir.payloads()).isEqualTo(numbers(1, 5));
        assertThat(heir.messages()).allMatch(message -> message.attempt() == 2);
        interrupted.open();
    }

    /** L4: a stage that is not complete acknowledges nothing. */
    @Test
    @Rule({"L4", "L6"})
    void aStageThatNeverCompletesAcknowledgesNothing() {
        Topic<String> topic = durable();
        List<Message<String>> begun = new ArrayList<>();
        Broker dying = member();
        Subscription subscription = subscribe(dying, topic, GROUP, Subscriber.async(message -> {
            synchronized (begun) {
                begun.add(message);
            }
            return new CompletableFuture<>();
        }));
        publishNumbers(connect(), topic, 1, 2);
        await("a call", () -> {
            synchronized (begun) {
                return begun.size() == 1;
            }
        });
        await("the other, read", () -> subscription.stats().queued() == 1);
        faults().isolate(dying);
        assertThat(joined(topic).await(2)).containsExactly("1", "2");
    }

    /** L6: a living member keeps the message that it is handling. If it fails: is the lease renewed? */
    @Test
    @Rule("L6")
    void aSlowMemberKeepsWhatItIsHandling() {
        Topic<String> topic = durable();
        Inbox<String> slow = gated();
        subscribe(member(), topic, GROUP, slow);
        publishNumbers(connect(), topic, 1, 10);
        slow.await(1);
        Inbox<String> idle = joined(topic);
        for (int lease = 1; lease <= 2; lease++) {
            assertTakenOverAfterALease(topic, lease);
        }
        slow.open();
        await("all", () -> payloads(List.of(slow, idle)).size() >= 10);
        assertThat(payloads(List.of(slow, idle))).containsExactlyInAnyOrderElementsOf(numbers(1, 10));
        assertThat(slow.payloads()).startsWith("1");
        assertThat(Stream.of(slow, idle).flatMap(inbox -> inbox.messages().stream()))
                .allMatch(message -> message.attempt() == 1);
    }

    /** Waits for a lease to run out: that of a member of another group. */
    private void assertTakenOverAfterALease(Topic<String> topic, int round) {
        SubscribeOptions other =
                SubscribeOptions.DEFAULTS.withGroup("other" + round).withStart(Start.earliest());
        Inbox<String> stuck = gated();
        Broker dying = member();
        subscribe(dying, topic, other, stuck);
        stuck.await(1);
        faults().isolate(dying);
        subscribed(member(), topic, other).await(1);
        stuck.open();
    }

    /** L3, L6: members that come, go and are cut off while publishers run. */
    @Test
    @Rule({"L3", "L4", "L6"})
    void everyMessageIsHandledWhileMembersDieAndTheLinkFails() {
        Topic<String> topic = durable();
        List<Inbox<String>> members = new ArrayList<>();
        Subscription last = subscribe(member(), topic, GROUP, inbox(members));
        NumberStream stream = stream(connect("publishTimeout=300ms").publisher(topic));
        for (int round = 0; round < 4; round++) {
            Broker dying = member();
            subscribe(dying, topic, GROUP, inbox(members));
            stream.awaitProgress(200);
            faults().isolate(dying);
            stream.awaitProgress(100);
            if (round == 2) {
                faults().cut();
                stream.awaitProgress(100);
                faults().restore();
            }
        }
        stream.stop();
        await("every published message", () -> new HashSet<>(payloads(members)).containsAll(stream.receipts()));
        await("nothing left", () -> last.stats().lag().orElse(1) == 0);
    }

    private Inbox<String> inbox(List<Inbox<String>> members) {
        Inbox<String> inbox = inbox();
        members.add(inbox);
        return inbox;
    }

    /** L7: a group that has vanished begins anew from the beginning. If it fails: is it created at the end? */
    @Test
    @Rule("L7")
    void aDeletedLogIsToldAndNothingPublishedAfterwardsIsMissed() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = subscribed(connect("poll=200ms"), topic, GROUP);
        publishNumbers(broker, topic, 1, 10);
        inbox.awaitUpTo("10");
        faults().loseHints();
        faults().deleteLog(topic.name());
        publishNumbers(broker, topic, 11, 20);
        faults().restore();
        publishNumbers(broker, topic, 21, 30);
        inbox.awaitUpTo("30");
        assertThat(inbox.payloads()).isEqualTo(numbers(1, 30));
        assertThat(inbox.gaps()).containsExactly(Gap.of(topic.name(), Reason.RESET));
    }

    /** L7: entries that the log dropped before any member had them. */
    @Test
    @Rule("L7")
    void whatIsTrimmedBeforeAMemberHadItIsCounted() {
        Topic<String> topic = durable();
        Inbox<String> inbox = gated();
        subscribe(member(), topic, GROUP.withMaxMessages(4), inbox);
        publishOneByOne(connect(), topic, 1, 100);
        faults().trimLog(topic.name(), 10);
        inbox.open();
        inbox.awaitUpTo("100");
        long missing = inbox.gaps().stream()
                .mapToLong(gap -> gap.count().orElseThrow())
                .sum();
        assertThat(inbox.gaps()).isNotEmpty().allMatch(gap -> gap.reason() == Reason.TRIMMED);
        assertThat(missing + inbox.payloads().size()).isEqualTo(100);
        assertThat(inbox.payloads()).endsWith(numbers(91, 100).toArray(String[]::new));
    }

    /** S5: a closed member leaves the messages that it has not begun. */
    @Test
    @Rule({"S5", "L4"})
    void drainingLeavesWhatIsUnfinishedToOthers() {
        Topic<String> topic = durable();
        Inbox<String> slow = gated();
        Subscription subscription = subscribe(member(), topic, GROUP, slow);
        publishNumbers(connect(), topic, 1, 10);
        slow.await(1);
        CompletableFuture<Void> closed = inParallel(1, i -> () -> {
            subscription.close(Duration.ofMillis(300));
            return null;
        });
        get(closed);
        Inbox<String> heir = joined(topic);
        slow.open();
        await("what was left", () -> heir.payloads().containsAll(numbers(2, 10)));
        assertThat(slow.payloads()).doesNotContainAnyElementsOf(numbers(2, 10));
    }

    /** S8: a group needs room for the name of its dead letters' topic. */
    @Test
    @Rule("S8")
    void aGroupWhoseDeadLettersTopicCannotBeNamedIsRefused() {
        Topic<String> longest = Topic.text("x".repeat(188)).durable(Retention.count(1));
        SubscribeOptions readers = SubscribeOptions.DEFAULTS.withGroup("readers");
        assertThat(failure(
                        connect().subscribe(longest, readers, message -> {}), patience(), UnsupportedException.class))
                .hasMessageContaining("201 characters, dead.readers." + longest);
    }
}
