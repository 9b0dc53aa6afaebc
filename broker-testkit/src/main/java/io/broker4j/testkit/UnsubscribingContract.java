package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How subscriptions end, and what several of them on one topic have in common. */
abstract class UnsubscribingContract extends ContractGroup {

    /** S5, in the midst of traffic. If it fails: is the state checked, on the handler's thread, right before each call? */
    @Test
    @Rule("S5")
    void afterCloseNoHandlerCallStarts() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> control = subscribed(broker, topic);
        AtomicInteger late = new AtomicInteger();
        NumberStream stream = stream(connect().publisher(topic));
        for (int round = 0; round < 100; round++) {
            AtomicBoolean closed = new AtomicBoolean();
            AtomicInteger calls = new AtomicInteger();
            Subscription subscription = subscribe(broker, topic, message -> {
                calls.incrementAndGet();
                if (closed.get()) {
                    late.incrementAndGet();
                }
            });
            await("a first message", () -> calls.get() > 0);
            subscription.close();
            closed.set(true);
            stream.awaitProgress(5);
        }
        stream.stop();
        control.awaitUpTo(Integer.toString(stream.lastReceipt()));
        broker.close();
        assertThat(late.get())
                .as("handler calls that began after close had returned")
                .isZero();
    }

    /** S5: close also waits for a handler call that is still running when the queue is empty. */
    @Test
    @Rule("S5")
    void closeWaitsForTheRunningCall() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = gated();
        AtomicBoolean returned = new AtomicBoolean();
        Subscription subscription = subscribe(broker, topic, message -> {
            inbox.onMessage(message);
            returned.set(true);
        });
        publish(broker, topic, "1");
        inbox.await(1);
        Task<Boolean> closing = new Task<>("kit-close", () -> {
            subscription.close();
            return returned.get();
        });
        await("close waits, or has returned", closing::isIdle);
        inbox.open();
        assertThat(get(closing.future))
                .as("whether the running call had returned when close did")
                .isTrue();
        broker.close();
        assertThat(inbox.payloads()).containsExactly("1");
    }

    /** S5: a handler that does not return costs the drain time, not for ever. */
    @Test
    @Rule("S5")
    void closeGivesUpOnACallThatDoesNotReturn() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = gated();
        Subscription subscription = subscribe(broker, topic, inbox);
        publish(broker, topic, "1");
        inbox.await(1);
        CompletableFuture<Void> closing = inParallel(1, i -> () -> {
            subscription.close(Duration.ofMillis(100));
            return null;
        });
        within(CLOSE_TIMEOUT.plus(SLACK), closing);
        inbox.open();
    }

    /** S5: twice, and from many threads. */
    @Test
    @Rule("S5")
    void closingManyTimesFromManyThreadsIsSafe() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = inbox();
        Subscription subscription = subscribe(broker, topic, inbox);
        Inbox<String> other = subscribed(broker, topic);
        get(inParallel(8, i -> () -> {
            subscription.close();
            subscription.close(Duration.ofSeconds(1));
            return null;
        }));
        subscription.close();
        publish(broker, topic, "end");
        other.awaitUpTo("end");
        assertThat(inbox.payloads()).isEmpty();
        assertThat(subscription.topic()).isEqualTo(topic.name());
    }

    /** S5: from inside the handler, which is then in its last call. If it hangs: does close wait for its own caller? */
    @Test
    @Rule("S5")
    void aHandlerMayCloseItsOwnSubscription() {
        Broker broker = connect();
        Topic<String> topic = topic();
        CompletableFuture<Subscription> subscription = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Inbox<String> inbox = inbox();
        subscription.complete(subscribe(broker, topic, message -> {
            inbox.onMessage(message);
            get(subscription).close();
            closed.complete(null);
        }));
        Inbox<String> control = subscribed(broker, topic);
        publishNumbers(broker, topic, 1, 10);
        control.await(10);
        get(closed);
        broker.close();
        assertThat(inbox.payloads()).containsExactly("1");
    }

    /** S6. If it fails: are subscriptions to one topic counted, and the medium's given up with the last one only? */
    @Test
    @Rule("S6")
    void closingOneOfSeveralSubscriptionsToATopicLeavesTheOthers() {
        Broker broker = connect();
        Topic<String> topic = topic();
        List<Subscription> subscriptions = new ArrayList<>();
        List<Inbox<String>> inboxes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Inbox<String> inbox = inbox();
            subscriptions.add(subscribe(broker, topic, inbox));
            inboxes.add(inbox);
        }
        for (int i = 0; i < 3; i++) {
            publish(broker, topic, "with " + i);
            for (int open = i; open < 3; open++) {
                inboxes.get(open).awaitUpTo("with " + i);
            }
            subscriptions.get(i).close();
        }
        Inbox<String> again = subscribed(broker, topic);
        publish(broker, topic, "again");
        assertThat(again.awaitUpTo("again")).containsExactly("again");
        assertThat(inboxes.get(0).payloads()).containsExactly("with 0");
        assertThat(inboxes.get(1).payloads()).containsExactly("with 0", "with 1");
    }

    /** S6, seen from the medium. */
    @Test
    @Rule("S6")
    void manySubscriptionsToATopicAreOneOnTheMedium() {
        Broker broker = connect();
        Topic<String> topic = topic();
        List<Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            subscriptions.add(subscribe(broker, topic, inbox()));
        }
        assertThat(medium().subscriptionsTo(topic.name())).isEqualTo(1);
        subscriptions.subList(1, 5).forEach(Subscription::close);
        subscribe(connect(), topic, inbox());
        assertThat(medium().subscriptionsTo(topic.name())).as("of two brokers").isEqualTo(2);
        subscriptions.get(0).close();
        await("the last one closed is removed", () -> medium().subscriptionsTo(topic.name()) == 1);
    }

    /**
     * S6: many threads open and close; some end open. If it fails now and then: are subscribe and unsubscribe of one topic sent
     * in the order in which they were decided?
     */
    @Test
    @Rule("S6")
    void churnFromManyThreadsEndsInTheStateLastAskedFor() {
        Broker broker = connect();
        Broker other = connect();
        List<Topic<String>> topics = topics(4);
        List<Inbox<String>> kept = Collections.synchronizedList(new ArrayList<>());
        List<Inbox<String>> closed = Collections.synchronizedList(new ArrayList<>());
        int threads = 16;
        get(inParallel(threads, i -> () -> {
            Random random = new Random(i);
            for (int round = 0; round < 50; round++) {
                Inbox<String> inbox = inbox();
                CompletableFuture<Subscription> subscribing =
                        broker.subscribe(topics.get(random.nextInt(topics.size())), inbox);
                get(subscribing).close();
                closed.add(inbox);
            }
            kept.add(subscribed(broker, topics.get(i % topics.size())));
            return null;
        }));
        topics.forEach(topic -> publish(other, topic, "end"));
        assertThat(kept)
                .hasSize(threads)
                .allSatisfy(inbox -> assertThat(inbox.awaitUpTo("end")).containsExactly("end"));
        assertThat(closed).allSatisfy(inbox -> assertThat(inbox.arrivals()).isEmpty());
    }

    /** S6, S9: a subscription may be unwanted before it is confirmed. */
    @Test
    @Rule("S6")
    void aSubscriptionThatIsClosedAsSoonAsItIsLiveLeavesTheNextOneAlone() {
        Broker broker = connect();
        Broker other = connect();
        Topic<String> topic = topic();
        for (int round = 0; round < 100; round++) {
            CompletableFuture<Void> closing = broker.subscribe(topic, inbox()).thenAcceptAsync(Subscription::close);
            Inbox<String> inbox = inbox();
            Subscription next = subscribe(broker, topic, inbox);
            get(closing);
            publish(other, topic, "x");
            assertThat(inbox.await(1)).containsExactly("x");
            next.close();
        }
    }
}
