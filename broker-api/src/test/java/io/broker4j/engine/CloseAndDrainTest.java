package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.ClosedException;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.Settings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What closing a subscription or the broker waits for, delivers and ends, and from where it may be called. */
class CloseAndDrainTest extends EngineOverLoop {
    private static final Topic<String> OTHER = Topic.text("u");

    @Test
    void aNegativeDrainTimeIsNamed() throws Exception {
        Subscription subscription = broker.subscribe(TOPIC, collector).get(10, SECONDS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> subscription.close(Duration.ofMillis(-1)))
                .withMessageStartingWith("drain is PT-0.001S, must not be negative");
    }

    @Test
    void closeFromAHandlerWhoseSubscriptionIsClosedDoesNotWaitForItself() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        AtomicReference<Subscription> own = new AtomicReference<>();
        own.set(broker.subscribe(TOPIC, message -> {
                    own.get().close();
                    broker.close();
                    interrupted.complete(Thread.currentThread().isInterrupted());
                })
                .get(10, SECONDS));
        publisher.publish("x");

        assertThat(interrupted.get(2, SECONDS)).isFalse();
    }

    /** The transport says only that it has no link. */
    @Test
    void aPublishThatMeetsCloseSaysSo() throws Exception {
        Publisher<String> other = broker.publisher(OTHER);
        transport.onPublish = () -> {
            transport.onPublish = () -> {};
            CompletableFuture.runAsync(() -> broker.close(Duration.ZERO));
            await().until(() -> other.publish("late").isCompletedExceptionally());
            throw new PublishException(Outcome.NOT_SENT, "no link");
        };
        PublishException failure = failure(publisher.publish("x"));
        assertThat(failure).hasCauseInstanceOf(ClosedException.class);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    }

    @Test
    void closedSubscriptionCountsNoLonger() throws Exception {
        Subscription subscription = broker.subscribe(TOPIC, collector).get(10, SECONDS);
        broker.subscribe(TOPIC, message -> {}).get(10, SECONDS);
        publisher.publish("x");
        assertThat(next()).isEqualTo("x");
        subscription.close();
        Subscription.Stats before = subscription.stats();
        for (int i = 0; i < 3_000; i++) {
            publisher.publish("y");
        }

        assertThat(subscription.stats()).isEqualTo(before);
    }

    @Test
    void closeFromAHandlerReturnsAndEndsEverything() throws Exception {
        CompletableFuture<Void> returned = new CompletableFuture<>();
        broker.subscribe(TOPIC, message -> {
            broker.close();
            returned.complete(null);
        });
        publisher.publish("x");

        returned.get(10, SECONDS);
        broker.close();
        assertThat(transport.closed).isTrue();
        assertThatThrownBy(() -> broker.publisher(TOPIC)).isInstanceOf(ClosedException.class);
    }

    /** If unsubscribing throws, the transport must be closed nevertheless. */
    @Test
    void aTransportThatThrowsWhileClosingIsClosed() throws Exception {
        broker.subscribe(TOPIC, collector).get(10, SECONDS);
        transport.onUnsubscribe = () -> {
            throw new IllegalStateException("says this test");
        };
        broker.close();

        assertThat(transport.closed).isTrue();
        assertThatThrownBy(() -> broker.publisher(TOPIC)).isInstanceOf(ClosedException.class);
    }

    /** Nothing can be delivered any more, so there is nothing to wait for. */
    @Test
    void aDrainingCloseEndsWhenAnotherCloseDropsWhatWaits() throws Exception {
        SubscribeOptions idle = SubscribeOptions.DEFAULTS.withExecutor(task -> {});
        Subscription subscription = broker.subscribe(TOPIC, idle, collector).get(10, SECONDS);
        publisher.publish("x");
        Thread closing = new Thread(() -> subscription.close(Duration.ofSeconds(60)));
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        subscription.close(Duration.ZERO);
        closing.join(10_000);

        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    void closeWithDrainDeliversWhatIsQueued() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        broker.subscribe(TOPIC, message -> {
            entered.countDown();
            release.await();
            received.add(message.payload());
        });
        for (int i = 0; i < 100; i++) {
            publisher.publish("" + i);
        }
        entered.await();
        Thread closer = new Thread(() -> broker.close(Duration.ofSeconds(10)));
        closer.start();
        release.countDown();
        closer.join();

        assertThat(received).hasSize(100);
    }

    @Test
    void whatIsDrainedMayPublish() throws Exception {
        forwardedWhileClosing(100, () -> broker.close(Duration.ofSeconds(10)));

        assertThat(received).hasSize(100);
    }

    @Test
    void theCallThatCloseWaitsForMayPublish() throws Exception {
        forwardedWhileClosing(1, broker::close);

        assertThat(received).hasSize(1);
    }

    /** Publishes messages, whose handler publishes each again and collects the receipts, once closing waits for it. */
    private void forwardedWhileClosing(int messages, Runnable closing) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        broker.subscribe(TOPIC, message -> {
            entered.countDown();
            release.await();
            received.add(broker.publisher(OTHER).publish(message.payload()).join());
        });
        for (int i = 0; i < messages; i++) {
            publisher.publish("" + i);
        }
        entered.await();
        Thread closer = new Thread(closing);
        closer.start();
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        release.countDown();
        closer.join();
    }

    /** Messages wait behind a call in progress when the handler of another subscription closes the broker. */
    @Test
    void afterCloseWithoutTimeFromAHandlerNoCallStartsAndNothingIsPublished() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        broker.subscribe(TOPIC, message -> {
            received.add(message.payload());
            entered.countDown();
            release.await();
        });
        for (int i = 0; i < 1_000; i++) {
            publisher.publish("" + i);
        }
        entered.await();
        CompletableFuture<Receipt> late = new CompletableFuture<>();
        broker.subscribe(OTHER, message -> {
            broker.close(Duration.ZERO);
            release.countDown();
            publisher.publish("late").whenComplete((receipt, failure) -> late.completeExceptionally(failure));
        });
        broker.publisher(OTHER).publish("x");
        assertThat(failure(late)).hasCauseInstanceOf(ClosedException.class);
        broker.close();

        assertThat(received).containsExactly("0");
    }

    /** If close and subscribe do not see each other, the subscribe succeeds and the subscription delivers for ever. */
    @Test
    void aSubscribeThatCloseOvertakesFailsAndLeavesNothing() {
        transport.onSubscribe = broker::close;
        CompletableFuture<Subscription> subscribing = broker.subscribe(TOPIC, collector);

        assertThatThrownBy(() -> subscribing.get(10, SECONDS)).hasCauseInstanceOf(ClosedException.class);
        assertThat(transport.wanted()).isEmpty();
        transport.deliver("t", "late".getBytes());
        assertThat(received).isEmpty();
    }

    @Test
    void drainMayBeAsLongAsOneLikes() throws Exception {
        Subscription subscription = broker.subscribe(TOPIC, collector).get(10, SECONDS);
        publisher.publish("x");
        subscription.close(Duration.ofSeconds(Long.MAX_VALUE));
        broker.close(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(received).containsExactly("x");
        assertThat(transport.closed).isTrue();
    }

    @Test
    void pendingFuturesCompleteWhenTheBrokerIsClosed() throws Exception {
        transport.answering = false;
        Broker patient = Engine.open(
                new Settings(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMillis(500)), transport::of);
        CompletableFuture<Subscription> subscribing = patient.subscribe(TOPIC, collector);
        CompletableFuture<Receipt> publishing = patient.publisher(TOPIC).publish("x");
        patient.close();

        assertThatThrownBy(() -> subscribing.get(0, SECONDS)).hasCauseInstanceOf(ClosedException.class);
        assertThat(failure(publishing).outcome()).isEqualTo(Outcome.UNKNOWN);
    }
}
