package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.Dropped;
import io.broker4j.BrokerEvent.Undelivered;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What closing delivers, for how long, and how it reports the rest. */
abstract class DrainingContract extends ContractGroup {

    /** C4: as try-with-resources does it. If it fails: what does close do before it delivers? */
    @Test
    @Rule("C4")
    void closeDeliversWhatIsQueued() {
        assertDelivers((broker, subscription) -> broker.close());
    }

    /** C4, with a time of one's own. */
    @Test
    @Rule("C4")
    void closeWithATimeDeliversWhatIsQueued() {
        assertDelivers((broker, subscription) -> broker.close(patience()));
    }

    /** S5. */
    @Test
    @Rule("S5")
    void closeOfASubscriptionDeliversWhatIsQueued() {
        assertDelivers((broker, subscription) -> subscription.close());
    }

    /** S5, with a time of one's own. */
    @Test
    @Rule("S5")
    void closeOfASubscriptionWithATimeDeliversWhatIsQueued() {
        assertDelivers((broker, subscription) -> subscription.close(patience()));
    }

    private void assertDelivers(BiConsumer<Broker, Subscription> close) {
        Queued queued = queued(200);
        Task<Integer> closing = new Task<>("kit-close", () -> {
            close.accept(queued.broker, queued.subscription);
            return queued.inbox.payloads().size();
        });
        await("close waits, or has returned", closing::isIdle);
        queued.inbox.open();
        assertThat(get(closing.future))
                .as("messages delivered when close returned")
                .isEqualTo(200);
        assertThat(queued.events.all(Undelivered.class)).isEmpty();
    }

    /** S5, D5: neither lost nor counted. If it fails: does the queue of a closing subscription still grow? */
    @Test
    @Rule({"S5", "D5"})
    void whatArrivesDuringCloseTakesNoPlace() {
        for (Overflow overflow : Overflow.values()) {
            Broker broker = connect();
            EventLog events = new EventLog(broker);
            Topic<String> topic = topic();
            Inbox<String> neighbour = subscribed(broker, topic);
            Inbox<String> inbox = gated();
            SubscribeOptions few = SubscribeOptions.DEFAULTS.withMaxMessages(10).withOverflow(overflow);
            Subscription subscription = get(broker.subscribe(topic, few, inbox));
            publishNumbers(broker, topic, 1, 9);
            await("8 messages in the queue", () -> subscription.stats().queued() == 8);
            Task<Void> closing = new Task<>("kit-close", () -> {
                subscription.close(patience());
                return null;
            });
            await("close waits, or has returned", closing::isIdle);
            publishNumbers(broker, topic, 10, 100);
            neighbour.await(100);
            inbox.open();
            get(closing.future);
            assertThat(inbox.payloads()).as("delivered, %s", overflow).isEqualTo(numbers(1, 9));
            assertThat(inbox.gaps()).isEmpty();
            assertThat(subscription.stats().dropped()).isZero();
            broker.close();
            assertThat(events.all(Dropped.class)).isEmpty();
            assertThat(events.all(Undelivered.class)).isEmpty();
        }
    }

    /** C4: closed from a handler, all the same. */
    @Test
    @Rule("C4")
    void closeInAHandlerDeliversWhatIsQueued() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = gated();
        Subscription subscription = subscribe(broker, topic, message -> {
            inbox.onMessage(message);
            broker.close();
        });
        publishNumbers(broker, topic, 1, 10);
        inbox.await(1);
        await("all others in the queue", () -> subscription.stats().queued() == 9);
        inbox.open();
        assertThat(inbox.await(10)).isEqualTo(numbers(1, 10));
    }

    /** C4: messages still queued when the time has passed. If it fails: are they counted, and are listeners still told? */
    @Test
    @Rule("C4")
    void whatCloseCannotDeliverIsAnEvent() {
        Queued queued = queued(10);
        queued.broker.close(Duration.ofMillis(100));
        assertThat(queued.events.all(Undelivered.class)).containsExactly(new Undelivered(queued.topic.name(), 9));
        assertThat(queued.inbox.payloads()).containsExactly("1");
    }

    /** C4: no time at all. */
    @Test
    @Rule("C4")
    void closeWithoutTimeDropsWhatIsQueuedAndSaysSo() {
        Queued queued = queued(10);
        queued.broker.close(Duration.ZERO);
        assertThat(queued.events.all(Undelivered.class)).containsExactly(new Undelivered(queued.topic.name(), 9));
        assertThat(queued.inbox.payloads()).containsExactly("1");
    }

    /** S5: of a subscription. */
    @Test
    @Rule("S5")
    void whatCloseOfASubscriptionCannotDeliverIsAnEvent() {
        for (Duration time : List.of(Duration.ZERO, Duration.ofMillis(100))) {
            Queued queued = queued(10);
            queued.subscription.close(time);
            await("an event", () -> !queued.events.all(Undelivered.class).isEmpty());
            queued.inbox.open();
            queued.broker.close();
            assertThat(queued.events.all(Undelivered.class)).containsExactly(new Undelivered(queued.topic.name(), 9));
            assertThat(queued.inbox.payloads()).containsExactly("1");
        }
    }

    /** S5: the call that closes its own subscription is the last. */
    @Test
    @Rule("S5")
    void whatIsQueuedWhenAHandlerClosesItsOwnSubscriptionIsAnEvent() {
        Broker broker = connect();
        EventLog events = new EventLog(broker);
        Topic<String> topic = topic();
        CompletableFuture<Subscription> own = new CompletableFuture<>();
        Inbox<String> inbox = gated();
        own.complete(subscribe(broker, topic, message -> {
            inbox.onMessage(message);
            get(own).close();
        }));
        publishNumbers(broker, topic, 1, 10);
        await("9 messages in the queue", () -> get(own).stats().queued() == 9);
        inbox.open();
        await("an event", () -> !events.all(Undelivered.class).isEmpty());
        broker.close();
        assertThat(events.all(Undelivered.class)).containsExactly(new Undelivered(topic.name(), 9));
        assertThat(inbox.payloads()).containsExactly("1");
    }

    private record Queued(
            Broker broker, EventLog events, Topic<String> topic, Inbox<String> inbox, Subscription subscription) {}

    /** Messages behind a first one whose handler call does not return. */
    private Queued queued(int messages) {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = gated();
        Subscription subscription = subscribe(broker, topic, inbox);
        publishNumbers(broker, topic, 1, messages);
        inbox.await(1);
        await("all others in the queue", () -> subscription.stats().queued() == messages - 1);
        return new Queued(broker, new EventLog(broker), topic, inbox, subscription);
    }

    /** C4: messages that members held when close began, and no others. If it fails: do all stop before one is drained? */
    @Test
    @Rule("C4")
    void closingMembersOfAGroupHandleOnlyWhatTheyHold() {
        Topic<String> topic = durable(Retention.count(10_000));
        Broker broker = connect();
        int members = 4;
        int messages = 5_000;
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch closing = new CountDownLatch(1);
        IntStream.range(0, members)
                .forEach(i -> subscribe(broker, topic, SubscribeOptions.DEFAULTS.withGroup("g"), message -> {
                    calls.incrementAndGet();
                    closing.await();
                }));
        publishNumbers(connect(), topic, 1, messages);
        await("members that are all in a call", () -> calls.get() == members);
        Task<Void> task = new Task<>("kit-close", () -> {
            broker.close(patience());
            return null;
        });
        await("close waits, or has returned", task::isIdle);
        closing.countDown();
        get(task.future);
        assertThat(calls.get())
                .as("handler calls: of what each member may hold, and of a few given back and taken again")
                .isBetween(members, members * (SubscribeOptions.DEFAULTS.prefetch() + 2));
    }

    /** C4: as a shutdown hook does it. If it fails: which wait ends at an interrupt? */
    @Test
    @Rule("C4")
    void aBrokerOnAnInterruptedThread() {
        assertDrainsInterrupted((broker, subscription) -> broker.close());
    }

    /** C4, with a time of one's own. */
    @Test
    @Rule("C4")
    void aBrokerWithATimeOnAnInterruptedThread() {
        assertDrainsInterrupted((broker, subscription) -> broker.close(patience()));
    }

    /** S5. */
    @Test
    @Rule("S5")
    void aSubscriptionOnAnInterruptedThread() {
        assertDrainsInterrupted((broker, subscription) -> subscription.close());
    }

    private void assertDrainsInterrupted(BiConsumer<Broker, Subscription> closing) {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = gated();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Subscription subscription = subscribe(broker, topic, message -> {
            try {
                inbox.onMessage(message);
            } catch (InterruptedException handlerWasInterrupted) {
                interrupted.complete(true);
                throw handlerWasInterrupted;
            }
        });
        publishNumbers(broker, topic, 1, 10);
        inbox.await(1);
        await("9 messages in the queue", () -> subscription.stats().queued() == 9);
        Task<Integer> task = new Task<>("kit-close", () -> {
            Thread.currentThread().interrupt();
            closing.accept(broker, subscription);
            int delivered = inbox.payloads().size();
            assertThat(Thread.interrupted()).as("the flag that close found").isTrue();
            return delivered;
        });
        await("close waits, or has returned", task::isIdle);
        inbox.open();
        assertThat(get(task.future))
                .as("messages delivered when close returned")
                .isEqualTo(10);
        assertThat(interrupted).as("a handler that was interrupted").isNotDone();
    }
}
