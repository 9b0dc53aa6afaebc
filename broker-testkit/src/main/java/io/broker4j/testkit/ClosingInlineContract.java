package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Closing delivers what is queued for inline handlers, but never on the closing thread: a handler has no deadline. */
abstract class ClosingInlineContract extends ContractGroup {
    private static final Duration DRAIN = Duration.ofMillis(500);
    private static final Duration BOUND = CLOSE_TIMEOUT.plus(SLACK);

    private final CountDownLatch release = new CountDownLatch(1);

    /** The thread of the message that was queued. */
    private final CompletableFuture<Thread> delivering = new CompletableFuture<>();

    @AfterEach
    void releaseHandlers() {
        release.countDown();
    }

    /** S5. If it fails: does a call of close have mailboxes run on its own thread? */
    @Test
    @Rule("S5")
    void aSubscriptionWhoseMessageIsQueuedBehindANeighbour() {
        Subscription subscription = queuedBehindANeighbour(connect());
        assertEnds(() -> subscription.close(DRAIN));
    }

    /** S5: what is queued is delivered. */
    @Test
    @Rule("S5")
    void whatIsQueuedBehindANeighbourIsDelivered() {
        Subscription subscription = queuedBehindANeighbour(connect());
        Task<Thread> closing = closing(() -> subscription.close(patience()));
        assertThat(get(delivering)).isNotSameAs(closing.thread);
        release.countDown();
        get(closing.future);
        assertThat(subscription.stats().delivered()).isEqualTo(1);
    }

    /** S5: the stage is complete, but the broker has not heard of it when the thread that completes it closes. */
    @Test
    @Rule("S5")
    void aSubscriptionInAStageThatAMessageIsQueuedBehind() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        Subscription subscription = queuedBehind(stage, connect());
        stage.thenRun(() -> subscription.close(DRAIN));
        assertEnds(() -> stage.complete(null));
    }

    /** C4. If it fails: does the broker's closing thread run handlers? */
    @Test
    @Rule("C4")
    void aBrokerInAStageThatAMessageIsQueuedBehind() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        Broker broker = connect();
        queuedBehind(stage, broker);
        stage.thenRun(() -> broker.close(DRAIN));
        assertEnds(() -> stage.complete(null));
        await(BOUND, "no connection is left", () -> medium().connections() == 0);
    }

    private void assertEnds(Runnable closing) {
        Task<Thread> task = closing(closing);
        within(BOUND, task.future);
        assertThat(delivering.getNow(null)).as("the thread of a handler call").isNotSameAs(task.thread);
    }

    private static Task<Thread> closing(Runnable closing) {
        return new Task<>("kit-close", () -> {
            closing.run();
            return Thread.currentThread();
        });
    }

    /** A subscription with one message, which the thread that brought it has not delivered: a neighbour's handler blocks. */
    private Subscription queuedBehindANeighbour(Broker broker) {
        Topic<String> topic = topic();
        CountDownLatch blocked = new CountDownLatch(1);
        subscribe(broker, topic, SubscribeOptions.DEFAULTS.inline(), message -> {
            blocked.countDown();
            awaitRelease();
        });
        Subscription subscription = subscribe(broker, topic, SubscribeOptions.DEFAULTS.inline(), this::block);
        new Task<>("kit-publish", () -> broker.publisher(topic).publish("x"));
        await("the neighbour's handler", () -> blocked.getCount() == 0);
        await("a message that waits", () -> subscription.stats().queued() == 1);
        return subscription;
    }

    /** A subscription with one message behind the stage of another. */
    private Subscription queuedBehind(CompletableFuture<Void> stage, Broker broker) {
        Topic<String> topic = topic();
        Subscriber<String> subscriber = Subscriber.async(message -> {
            if (message.payload().equals("2")) {
                block(message);
            }
            return stage;
        });
        Subscription subscription = subscribe(broker, topic, SubscribeOptions.DEFAULTS.inline(), subscriber);
        publishNumbers(broker, topic, 1, 2);
        awaitBehind(stage, subscription);
        return subscription;
    }

    private void block(Message<String> message) {
        delivering.complete(Thread.currentThread());
        awaitRelease();
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
