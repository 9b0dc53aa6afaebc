package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.HandlerFailed;
import io.broker4j.Codec;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A broker or a subscription may be closed from any thread and any call, and close never waits for its own caller. */
abstract class ClosingAnywhereContract extends ContractGroup {
    /** Limit for a close that waits for nothing; a close that waits for its caller takes the whole close deadline. */
    private static final Duration AT_ONCE = CLOSE_TIMEOUT.dividedBy(2);

    /** Completes with how long closing took, if the thread was not interrupted meanwhile. */
    private final CompletableFuture<Duration> returned = new CompletableFuture<>();

    private void close(Broker broker) {
        close(broker::close);
    }

    private void close(Runnable closing) {
        long start = System.nanoTime();
        closing.run();
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        if (Thread.currentThread().isInterrupted()) {
            returned.completeExceptionally(new AssertionError("close interrupted its own caller after " + taken));
        }
        returned.complete(taken);
    }

    private void assertReturnedAtOnce() {
        assertThat(get(returned)).as("time that close took").isLessThan(AT_ONCE);
    }

    /** C4. If it fails: does close wait for the handler call that it is called in? */
    @Test
    @Rule("C4")
    void inAHandler() {
        Broker broker = connect();
        Topic<String> topic = topic();
        subscribe(broker, topic, message -> close(broker));
        broker.publisher(topic).publish("x");
        assertReturnedAtOnce();
    }

    /** C4: in a handler whose thread has been in a call of another subscription since. */
    @Test
    @Rule("C4")
    void inAHandlerThatHasPublishedToAnInlineSubscriber() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Topic<String> inline = topic();
        subscribed(broker, inline, SubscribeOptions.DEFAULTS.inline());
        subscribe(broker, topic, message -> {
            publish(broker, inline, message.payload());
            close(broker);
        });
        broker.publisher(topic).publish("x");
        assertReturnedAtOnce();
    }

    /** C4: the thread is the publisher's or the medium's, and the other subscriber's message may wait for that very thread. */
    @Test
    @Rule("C4")
    void anotherSubscriptionInAnInlineHandlerThatHasPublishedToIt() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Topic<String> other = topic();
        Subscription closed = subscribe(broker, other, SubscribeOptions.DEFAULTS.inline(), inbox());
        subscribe(broker, topic, SubscribeOptions.DEFAULTS.inline(), message -> {
            broker.publisher(other).publish("x");
            close(closed::close);
        });
        broker.publisher(topic).publish("x");
        assertReturnedAtOnce();
    }

    /** C4, in a listener. */
    @Test
    @Rule("C4")
    void inAListener() {
        Broker broker = connect();
        Topic<String> topic = topic();
        broker.onEvent(event -> {
            if (event instanceof HandlerFailed) {
                close(broker);
            }
        });
        Inbox<String> failing =
                this.<String>inbox().failWhen(payload -> true, new IllegalStateException("makes an event"));
        subscribe(broker, topic, failing);
        broker.publisher(topic).publish("x");
        assertReturnedAtOnce();
    }

    /** C4: the stage is already complete, but its other stages run before the broker hears of it. */
    @Test
    @Rule("C4")
    void inAStageOfAnAsyncHandlersStage() {
        Broker broker = connect();
        Topic<String> topic = topic();
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<String> begun = new CompletableFuture<>();
        CompletableFuture<String> behind = new CompletableFuture<>();
        Subscription subscription = subscribe(broker, topic, Subscriber.async(message -> {
            (message.payload().equals("2") ? behind : begun).complete(message.payload());
            return stage;
        }));
        publishNumbers(broker, topic, 1, 2);
        get(begun);
        await("a message behind the stage", () -> subscription.stats().queued() == 1);
        stage.thenRun(() -> close(broker));
        new Task<>("kit-stage", () -> stage.complete(null));
        assertReturnedAtOnce();
        assertThat(get(behind)).as("delivered when the stage was complete").isEqualTo("2");
    }

    /** C4: stages of whatever the broker completes. */
    @Test
    @Rule("C4")
    void inAStageOfAPublish() {
        Broker broker = connect();
        broker.publisher(topic()).publish("x").thenRun(() -> close(broker));
        assertReturnedAtOnce();
    }

    /** C4, C5: in a stage of a future that closing itself completes. */
    @Test
    @Rule("C4")
    void inAStageOfAFutureThatClosingCompletes() {
        Broker broker = connect("publishTimeout=1m", "subscribeTimeout=1m");
        Publisher<String> publisher = broker.publisher(topic());
        faults().stall();
        CompletableFuture<Receipt> publishing = publisher.publish("x");
        CompletableFuture<Subscription> subscribing = broker.subscribe(topic(), inbox());
        CompletableFuture<Void> again = CompletableFuture.allOf(
                publishing.handle((receipt, failure) -> again(broker)),
                subscribing.handle((subscription, failure) -> again(broker)));
        within(CLOSE_TIMEOUT.plus(SLACK), inParallel(1, i -> () -> {
            broker.close();
            return null;
        }));
        within(CLOSE_TIMEOUT.plus(SLACK), again);
    }

    private boolean again(Broker broker) {
        broker.close();
        return true;
    }

    /** C4: in a stage of a page of history, which comes on a thread of the broker. */
    @Test
    @Rule("C4")
    void inAStageOfHistory() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publishNumbers(broker, topic, 1, 100);
        CountDownLatch chained = new CountDownLatch(1);
        Topic<String> slow = decoded(topic, text -> count(chained));
        broker.history(slow, 100).thenRun(() -> close(broker));
        chained.countDown();
        assertReturnedAtOnce();
    }

    /** C4: a codec is user code too. */
    @Test
    @Rule("C4")
    void inTheCodecOfHistory() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publish(broker, topic, "x");
        broker.history(decoded(topic, text -> close(broker)), 1);
        assertReturnedAtOnce();
    }

    /** C4: the codec of a live topic. */
    @Test
    @Rule("C4")
    void inTheCodecOfASubscription() {
        Broker broker = connect();
        Topic<String> topic = topic();
        subscribed(broker, decoded(topic, text -> close(broker)));
        connect().publisher(topic).publish("x");
        assertReturnedAtOnce();
    }

    /** C4: handlers wait for a message that another one is decoding. If it fails: does close wait for those? */
    @Test
    @Rule("C4")
    void aSubscriptionInACodecWhoseResultItWaitsFor() {
        Broker broker = connect();
        Topic<String> topic = topic();
        CompletableFuture<Subscription> one = new CompletableFuture<>();
        CompletableFuture<Subscription> other = new CompletableFuture<>();
        Topic<String> shared = decoded(
                topic,
                text -> close(() -> {
                    get(one).close();
                    get(other).close();
                }));
        one.complete(subscribe(broker, shared, inbox()));
        other.complete(subscribe(
                broker,
                shared,
                SubscribeOptions.DEFAULTS.withExecutor(task -> new Thread(task, "kit-own").start()),
                inbox()));
        connect().publisher(topic).publish("x");
        assertReturnedAtOnce();
    }

    private static Topic<String> decoded(Topic<String> topic, Consumer<String> seen) {
        Topic<String> decoded = Topic.of(topic.name(), new Codec<>() {
            @Override
            public byte[] encode(String payload) {
                return payload.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public String decode(byte[] bytes) {
                String text = new String(bytes, StandardCharsets.UTF_8);
                seen.accept(text);
                return text;
            }
        });
        return topic.retention().map(decoded::durable).orElse(decoded);
    }

    private void count(CountDownLatch latch) {
        await("a stage that is chained", () -> latch.getCount() == 0);
    }

    /** C4: a subscribe that did not succeed at its first try completes elsewhere than others. */
    @Test
    @Rule("C4")
    void inAStageOfADurableSubscribeThatNeededASecondTry() {
        assertClosesInItsStage(SubscribeOptions.DEFAULTS);
    }

    /** C4, for a member of a group. */
    @Test
    @Rule("C4")
    void inAStageOfAGroupSubscribeThatNeededASecondTry() {
        assertClosesInItsStage(SubscribeOptions.DEFAULTS.withGroup("g"));
    }

    private void assertClosesInItsStage(SubscribeOptions options) {
        Topic<String> topic = durable();
        Broker broker = connect("subscribeTimeout=1m");
        subscribed(broker, topic());
        faults().cut();
        awaitDisconnected(broker);
        CompletableFuture<Subscription> subscribing = broker.subscribe(topic, options, inbox());
        subscribing.thenRun(() -> close(broker));
        faults().restore();
        assertReturnedAtOnce();
    }

    /** S5. If it fails: does each close wait for a call that waits for the other? */
    @Test
    @Rule("S5")
    void subscriptionsOfHandlersThatCloseEachOther() {
        Broker broker = connect();
        assertCloseEachOther(List.of(broker, broker), Subscription::close);
    }

    /** S5, in a circle of three brokers. */
    @Test
    @Rule("S5")
    void subscriptionsOfHandlersThatCloseEachOtherInACircle() {
        assertCloseEachOther(List.of(connect(), connect(), connect()), subscription -> subscription.close(patience()));
    }

    private void assertCloseEachOther(List<Broker> brokers, Consumer<Subscription> closing) {
        List<CompletableFuture<Subscription>> subscriptions = brokers.stream()
                .map(broker -> new CompletableFuture<Subscription>())
                .toList();
        CountDownLatch inHandlers = new CountDownLatch(brokers.size());
        List<Topic<String>> topics = topics(brokers.size());
        List<CompletableFuture<Void>> closed = IntStream.range(0, brokers.size())
                .mapToObj(i -> {
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    subscriptions.get(i).complete(subscribe(brokers.get(i), topics.get(i), message -> {
                        inHandlers.countDown();
                        count(inHandlers);
                        closing.accept(get(subscriptions.get((i + 1) % brokers.size())));
                        done.complete(null);
                    }));
                    return done;
                })
                .toList();
        for (int i = 0; i < brokers.size(); i++) {
            brokers.get(i).publisher(topics.get(i)).publish("x");
        }
        within(AT_ONCE, all(closed));
    }

    /** C4: the handlers of two brokers close each other's broker. */
    @Test
    @Rule("C4")
    void brokersOfHandlersThatCloseEachOther() {
        List<Broker> brokers = List.of(connect(), connect());
        CountDownLatch inHandlers = new CountDownLatch(2);
        List<Topic<String>> topics = topics(2);
        List<CompletableFuture<Void>> closed = IntStream.range(0, 2)
                .mapToObj(i -> {
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    subscribe(brokers.get(i), topics.get(i), message -> {
                        inHandlers.countDown();
                        count(inHandlers);
                        brokers.get(1 - i).close();
                        done.complete(null);
                    });
                    return done;
                })
                .toList();
        for (int i = 0; i < 2; i++) {
            brokers.get(i).publisher(topics.get(i)).publish("x");
        }
        within(AT_ONCE, all(closed));
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
