package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.DeadLettered;
import io.broker4j.Codec;
import io.broker4j.Message;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Retry;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a group does with messages whose handler fails. */
abstract class GroupRetryContract extends MembersContract {
    private static final Retry QUICK = Retry.DEFAULTS.withDelays(Duration.ofMillis(5), Duration.ofMillis(50));
    private static final SubscribeOptions GROUP =
            SubscribeOptions.DEFAULTS.withGroup("workers").withRetry(QUICK);

    private Broker member() {
        return connect("lease=800ms", "poll=100ms");
    }

    private Inbox<String> deadLetters(Topic<String> topic) {
        Topic<String> dead = Topic.text("dead.workers." + topic.name()).durable(Retention.count(1_000));
        return subscribed(connect("poll=100ms"), dead, SubscribeOptions.DEFAULTS.withStart(Start.earliest()));
    }

    /** L5. If it fails: is the count of deliveries kept, and the message tried again until one succeeds? */
    @Test
    @Rule("L5")
    void aMessageIsDeliveredAgainUntilItIsHandled() {
        Topic<String> topic = durable();
        AtomicInteger failures = new AtomicInteger();
        Inbox<String> inbox = this.<String>inbox()
                .failWhen(
                        text -> text.equals("2") && failures.getAndIncrement() < 3,
                        new IllegalStateException("not yet"));
        Subscription subscription = subscribe(member(), topic, GROUP, inbox);
        publishNumbers(connect(), topic, 1, 3);
        await("all handled", () -> subscription.stats().delivered() == 3);
        List<Integer> attempts = inbox.messages().stream()
                .filter(message -> message.payload().equals("2"))
                .map(Message::attempt)
                .toList();
        assertThat(attempts).containsExactly(1, 2, 3, 4);
        assertThat(subscription.stats().failed()).isEqualTo(3);
        await("nothing left", () -> subscription.stats().lag().orElse(1) == 0);
        assertThat(deadLetters(topic).payloads()).isEmpty();
    }

    /** L5: after the last delivery the message is dead-lettered once, with its history. */
    @Test
    @Rule("L5")
    void aMessageThatAlwaysFailsBecomesADeadLetter() {
        Topic<String> topic = durable();
        Broker member = member();
        EventLog events = new EventLog(member);
        Inbox<String> inbox =
                this.<String>inbox().failWhen("bad"::equals, new IllegalStateException("never: Grüße \ud83d"));
        Subscription subscription = subscribe(member, topic, GROUP, inbox);
        Inbox<String> dead = deadLetters(topic);
        var receipt = get(connect().publisher(topic).publish("bad", Map.of("lang", "de", "dead-cause", "mine")));
        publishNumbers(connect(), topic, 1, 3);
        dead.await(1);
        await("nothing left", () -> subscription.stats().lag().orElse(1) == 0);
        Message<String> letter = dead.messages().get(0);
        assertThat(letter.payload()).isEqualTo("bad");
        assertThat(letter.id()).isEqualTo(receipt.messageId());
        assertThat(letter.headers())
                .containsEntry("lang", "de")
                .containsEntry("dead-topic", topic.name())
                .containsEntry("dead-group", "workers")
                .containsEntry("dead-attempts", "5")
                .containsEntry("dead-position", receipt.position().orElseThrow().toString())
                .containsEntry("dead-cause", "java.lang.IllegalStateException: never: Grüße ?");
        assertThat(inbox.messages())
                .filteredOn(message -> message.payload().equals("bad"))
                .extracting(Message::attempt)
                .containsExactly(1, 2, 3, 4, 5);
        await("an event", () -> events.all(DeadLettered.class).size() == 1);
        assertThat(events.all(DeadLettered.class).get(0).attempts()).isEqualTo(5);
        assertThat(dead.messages()).hasSize(1);
    }

    /** L5: whatever the exception says of itself. If it fails: who asks it, and what if asking fails? */
    @Test
    @Rule("L5")
    void aMessageWhoseExceptionHasNoWordsBecomesADeadLetterToo() {
        Topic<String> topic = durable();
        RuntimeException wordless = new IllegalStateException() {
            @Override
            public String toString() {
                throw new IllegalStateException("no words");
            }
        };
        Inbox<String> inbox = this.<String>inbox().failWhen(text -> text.startsWith("bad"), wordless);
        Subscription subscription = subscribe(member(), topic, GROUP, inbox);
        Subscription asynchronous = subscribe(member(), topic, GROUP.withGroup("others"), Subscriber.async(message -> {
            CompletableFuture<Void> stage = new CompletableFuture<>();
            Runnable ending = message.payload().startsWith("bad")
                    ? () -> stage.completeExceptionally(wordless)
                    : () -> stage.complete(null);
            CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS).execute(ending); // after it was returned
            return stage;
        }));
        Inbox<String> dead = deadLetters(topic);
        publish(connect(), topic, "bad 1");
        publish(connect(), topic, "bad 2");
        publishNumbers(connect(), topic, 1, 3);
        dead.await(2);
        for (Subscription one : List.of(subscription, asynchronous)) {
            await("nothing left", () -> one.stats().lag().orElse(1) == 0);
        }
        assertThat(dead.messages().get(0).headers().get("dead-cause"))
                .startsWith(wordless.getClass().getName());
    }

    /** L5: many failing messages hold up no other. If it fails: do those put aside take the place of others? */
    @Test
    @Rule("L5")
    void failingMessagesDoNotHoldUpTheOthers() {
        Topic<String> topic = durable();
        Inbox<String> inbox =
                this.<String>inbox().failWhen(text -> text.startsWith("bad"), new IllegalStateException("no"));
        Retry slow = Retry.DEFAULTS.withDelays(Duration.ofHours(1), Duration.ofHours(1));
        subscribe(member(), topic, GROUP.withRetry(slow), inbox);
        Broker broker = connect();
        for (int i = 0; i < 200; i++) {
            broker.publisher(topic).publish("bad" + i);
        }
        publish(broker, topic, "good");
        assertThat(inbox.awaitUpTo("good")).hasSize(201);
    }

    /** D6: a dead letter too, at once. */
    @Test
    @Rule({"D6", "L5"})
    void whatCannotBeDecodedBecomesADeadLetterAtOnce() {
        Topic<String> topic = durable();
        Codec<String> picky = Codec.of(text -> text.getBytes(StandardCharsets.UTF_8), bytes -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (text.equals("2")) {
                throw new IllegalArgumentException("not " + text);
            }
            return text;
        });
        Inbox<String> inbox =
                subscribed(member(), Topic.of(topic.name(), picky).durable(Retention.count(1_000)), GROUP);
        Inbox<String> dead = deadLetters(topic);
        publishNumbers(connect(), topic, 1, 3);
        assertThat(inbox.awaitUpTo("3")).containsExactly("1", "3");
        assertThat(dead.await(1)).containsExactly("2");
        assertThat(dead.messages().get(0).headers())
                .containsEntry("dead-attempts", "1")
                .containsEntry("dead-cause", "java.lang.IllegalArgumentException: not 2");
    }

    /** L5: deaths count as deliveries. */
    @Test
    @Rule({"L5", "L6"})
    void aMessageThatMembersDieOfBecomesADeadLetter() {
        Topic<String> topic = durable();
        SubscribeOptions twice = GROUP.withRetry(QUICK.withMaxDeliveries(2));
        publishNumbers(connect(), topic, 1, 1);
        for (int member = 1; member <= 2; member++) {
            Inbox<String> deadly = gated();
            Broker dying = member();
            subscribe(dying, topic, twice.withStart(Start.earliest()), deadly);
            deadly.await(1);
            faults().isolate(dying);
            deadly.open();
        }
        Inbox<String> last = subscribed(member(), topic, twice);
        Inbox<String> dead = deadLetters(topic);
        assertThat(dead.await(1)).containsExactly("1");
        assertThat(dead.messages().get(0).headers()).containsEntry("dead-attempts", "3");
        publish(connect(), topic, "end");
        assertThat(last.awaitUpTo("end")).containsExactly("end");
    }

    /**
     * L3, L5: what a member that is closed has read and not begun is no delivery, and others have it at once. If it fails: is it
     * given back, without waiting for the lease, and does a member that drains take no more?
     */
    @Test
    @Rule({"L3", "L5", "L6"})
    void whatAClosedMemberHadNotBegunIsHandledByOthersAtOnce() {
        Topic<String> topic = durable();
        SubscribeOptions once = GROUP.withRetry(QUICK.withMaxDeliveries(1))
                .withPrefetch(20) // all at once: what is read half a second before the rest is given back by then
                .withStart(Start.earliest());
        publishNumbers(connect(), topic, 1, 20);
        Inbox<String> slow = gated();
        Subscription leaving = subscribe(connect(), topic, once, slow);
        slow.await(1);
        await("the others, read", () -> leaving.stats().queued() == 19);
        Inbox<String> other = inbox();
        Subscription staying = subscribe(connect(), topic, once, other);
        CompletableFuture<Void> closed = inParallel(1, i -> () -> {
            leaving.close(Duration.ZERO);
            return null;
        });
        other.await(19);
        slow.open();
        get(closed);
        assertThat(other.payloads()).containsExactlyInAnyOrderElementsOf(numbers(2, 20));
        assertThat(other.messages()).allMatch(message -> message.attempt() == 1);
        await("nothing left", () -> staying.stats().lag().orElse(1) == 0);
        assertThat(slow.payloads()).containsExactly("1");
    }

    /** L5: a message that kills members does not count as a delivery of messages that they had not begun. */
    @Test
    @Rule({"L3", "L5", "L6"})
    void aMessageThatMembersDieOfTakesNoOthersWithIt() {
        Topic<String> topic = durable();
        SubscribeOptions thrice = GROUP.withRetry(QUICK.withMaxDeliveries(3)).withStart(Start.earliest());
        publishNumbers(connect(), topic, 1, 20);
        List<String> handled = new CopyOnWriteArrayList<>();
        for (int death = 1; death <= 3; death++) {
            CountDownLatch deadly = new CountDownLatch(1);
            Broker dying = member();
            subscribe(dying, topic, thrice, Subscriber.async(message -> {
                if (message.payload().equals("5")) {
                    deadly.countDown();
                    return new CompletableFuture<>();
                }
                handled.add(message.payload());
                return CompletableFuture.completedFuture(null);
            }));
            await("a death", () -> deadly.getCount() == 0);
            faults().isolate(dying);
        }
        Inbox<String> last = inbox();
        Subscription surviving = subscribe(member(), topic, thrice, last);
        await("nothing left", () -> surviving.stats().lag().orElse(1) == 0);
        handled.addAll(last.payloads());
        List<String> others = new ArrayList<>(numbers(1, 20));
        others.remove("5");
        assertThat(handled).containsAll(others);
    }

    /** L5: a member that lost a message to another neither buries nor handles it a second time. */
    @Test
    @Rule({"L5", "L6"})
    void whoLostAMessageToAnotherDoesNotBuryIt() {
        Topic<String> topic = durable();
        Broker paused = member();
        Inbox<String> pausedInbox = this.<String>gated().failWhen(text -> true, new IllegalStateException("paused"));
        SubscribeOptions once = GROUP.withRetry(QUICK.withMaxDeliveries(1));
        Subscription losing = subscribe(paused, topic, once, pausedInbox);
        publishNumbers(connect(), topic, 1, 3);
        pausedInbox.await(1);
        await("the others, read", () -> losing.stats().queued() == 2);
        faults().isolate(paused);
        Inbox<String> heir = inbox();
        Subscription subscription = subscribe(member(), topic, GROUP.withRetry(QUICK.withMaxDeliveries(5)), heir);
        assertThat(heir.await(3)).isEqualTo(numbers(1, 3));
        await("nothing left", () -> subscription.stats().lag().orElse(1) == 0);
        subscription.close();
        pausedInbox.open();
        faults().restore();
        publish(connect(), topic, "end");
        pausedInbox.awaitUpTo("end");
        assertThat(pausedInbox.payloads()).containsExactly("1", "end");
        Inbox<String> dead = deadLetters(topic);
        dead.await(1);
        assertThat(dead.payloads()).containsExactly("end");
    }
}
