package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.Limits;
import io.broker4j.spi.Settings;
import io.broker4j.spi.TopicFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of a publish or a subscribe for which the transport has no answer, or a bad one. */
class UnansweredCallsTest extends EngineOverLoop {
    @Test
    void publishWithoutAnswerIsGivenUpInTimeAndTheTransportTold() throws Exception {
        transport.answering = false;
        CompletableFuture<Receipt> future = publisher.publish("x");

        PublishException failure = failure(future);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure).hasMessageContaining("publishTimeout=200ms");
        CompletableFuture<Void> answer = transport.unanswered.remove();
        assertThatThrownBy(answer::get).isInstanceOf(CancellationException.class);
    }

    /** It was told afterwards, so that another publish in such a stage went to a connection that was about to end. */
    @Test
    void transportKnowsThatAPublishIsGivenUpBeforeItsUserDoes() throws Exception {
        transport.answering = false;
        CompletableFuture<Boolean> known = publisher
                .publish("x")
                .handle((receipt, failure) -> transport.unanswered.remove().isCancelled());

        assertThat(known.get(10, SECONDS)).isTrue();
    }

    @Test
    void noMorePublishesAreUnderWayThanAllowed() throws Exception {
        transport.answering = false;
        Duration minute = Duration.ofMinutes(1);
        try (Broker patient = Engine.open(new Settings(minute, minute, Duration.ofSeconds(5)), transport::of)) {
            Publisher<String> many = patient.publisher(TOPIC);
            for (int i = 0; i < InFlight.MAX_MESSAGES; i++) {
                many.publish("x");
            }
            assertThat(failure(many.publish("one too many")).outcome()).isEqualTo(Outcome.NOT_SENT);

            transport.unanswered.remove().complete(null);
            transport.answering = true;
            many.publish("room again").get(10, SECONDS);
            transport.close(Duration.ZERO);
        }
    }

    @Test
    void bytesUnderWayAreBoundedToo() throws Exception {
        transport.answering = false;
        Duration minute = Duration.ofMinutes(1);
        Broker patient = Engine.open(new Settings(minute, minute, Duration.ofSeconds(5)), transport::of);
        Publisher<byte[]> large = patient.publisher(Topic.bytes("b"));
        byte[] payload = new byte[Limits.MAX_PAYLOAD_BYTES];
        int fitting = (int) (InFlight.MAX_BYTES / payload.length);
        for (int i = 0; i < fitting; i++) {
            large.publish(payload);
        }
        assertThat(failure(large.publish(payload)).outcome()).isEqualTo(Outcome.NOT_SENT);
        transport.close(Duration.ZERO);
        patient.close();
    }

    /** Only payloads were counted: at the bound, 155 MiB were held. */
    @Test
    void bytesOfHeadersUnderWayAreBoundedToo() throws Exception {
        transport.answering = false;
        Duration minute = Duration.ofMinutes(1);
        Broker patient = Engine.open(new Settings(minute, minute, Duration.ofSeconds(5)), transport::of);
        Publisher<byte[]> publisher = patient.publisher(Topic.bytes("b"));
        Map<String, String> headers =
                IntStream.range(0, 8).boxed().collect(Collectors.toMap(i -> "h" + i, i -> "v".repeat(1022)));
        int fitting = (int) (InFlight.MAX_BYTES / (8 * 1024));
        for (int i = 0; i < fitting; i++) {
            publisher.publish(new byte[0], headers);
        }
        assertThat(transport.unanswered).hasSize(fitting);
        assertThat(failure(publisher.publish(new byte[0], headers)).outcome()).isEqualTo(Outcome.NOT_SENT);
        transport.close(Duration.ZERO);
        patient.close();
    }

    @Test
    void publishThatItsUserGaveUpIsNotSentLateAndGivesItsPlaceBack() throws Exception {
        transport.answering = false;
        for (int i = 0; i < InFlight.MAX_MESSAGES; i++) {
            publisher.publish("x").cancel(true);
        }
        List<CompletableFuture<Void>> answers = List.copyOf(transport.unanswered);
        for (CompletableFuture<Void> answer : answers) {
            assertThatThrownBy(() -> answer.get(10, SECONDS)).isInstanceOf(CancellationException.class);
        }
        transport.answering = true;
        publisher.publish("room again").get(10, SECONDS);
    }

    @Test
    void subscribeWithoutAnswerFailsInTimeAndLeavesNothing() {
        transport.answering = false;
        CompletableFuture<Subscription> future = broker.subscribe(TOPIC, collector);

        assertThatThrownBy(() -> future.get(10, SECONDS))
                .hasCauseInstanceOf(BrokerException.class)
                .hasMessageContaining("subscribeTimeout=200ms");
        assertThat(transport.wanted()).isEmpty();
    }

    @Test
    void subscribeThatTheUserCancelsLeavesNothing() {
        transport.answering = false;
        broker.subscribe(TOPIC, collector).cancel(true);
        assertThat(transport.wanted()).isEmpty();
    }

    @Test
    void subscribeThatTheUserCompletesLeavesNothing() {
        List<Consumer<CompletableFuture<Subscription>>> ends = List.of(
                future -> future.complete(null),
                future -> future.completeExceptionally(new IllegalStateException("no longer wanted")),
                future -> future.completeOnTimeout(null, 1, MILLISECONDS),
                future -> future.orTimeout(1, MILLISECONDS),
                future -> future.obtrudeValue(null),
                future -> future.obtrudeException(new IllegalStateException("no longer wanted")));
        for (Consumer<CompletableFuture<Subscription>> end : ends) {
            transport.answering = false;
            CompletableFuture<Subscription> subscribing = broker.subscribe(TOPIC, collector);
            end.accept(subscribing);
            await().until(subscribing::isDone);
            transport.unanswered.remove().complete(null);
            await().untilAsserted(() -> assertThat(transport.wanted()).isEmpty());
            transport.deliver("t", "late".getBytes());
        }
        assertThat(received).isEmpty();
    }

    /** The places of publishes that users complete are given back once, when the medium has answered. */
    @Test
    void publishThatTheUserCompletesKeepsItsPlaceUntilItIsAnswered() throws Exception {
        transport.answering = false;
        Duration minute = Duration.ofMinutes(1);
        try (Broker patient = Engine.open(new Settings(minute, minute, Duration.ofSeconds(5)), transport::of)) {
            Publisher<String> many = patient.publisher(TOPIC);
            for (int i = 0; i < InFlight.MAX_MESSAGES; i += 4) {
                many.publish("x").complete(null);
                many.publish("x").completeExceptionally(new IllegalStateException("no longer wanted"));
                many.publish("x").obtrudeValue(null);
                many.publish("x").cancel(true);
            }
            assertThat(failure(many.publish("one too many")).outcome()).isEqualTo(Outcome.NOT_SENT);
            transport.unanswered.forEach(answer -> answer.complete(null));
            transport.unanswered.clear();
            for (int i = 0; i < InFlight.MAX_MESSAGES; i++) {
                assertThat(many.publish("room again")).isNotDone();
            }
            assertThat(failure(many.publish("one too many")).outcome()).isEqualTo(Outcome.NOT_SENT);
            transport.close(Duration.ZERO);
        }
    }

    @Test
    void failureOfAPublishThatTheUserCompletedIsCountedOnce() throws Exception {
        transport.answering = false;
        publisher.publish("rejected").complete(null);
        transport.unanswered.remove().completeExceptionally(new PublishException(Outcome.REJECTED, "no"));
        assertThat(broker.failedPublishes(Outcome.REJECTED)).isEqualTo(1);

        publisher.publish("given up").cancel(true);
        await().until(() -> broker.failedPublishes(Outcome.UNKNOWN) > 0);
        assertThat(failure(publisher.publish("given up too")).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(broker.failedPublishes(Outcome.UNKNOWN)).isEqualTo(2);
        assertThat(broker.failedPublishes(Outcome.NOT_SENT)).isZero();
        broker.close();
        publisher.publish("closed");
        assertThat(broker.failedPublishes(Outcome.NOT_SENT)).isEqualTo(1);
    }

    @Test
    void failedSubscribeDoesNotEndTheOthersOfItsTopic() throws Exception {
        broker.subscribe(TOPIC, collector).get(10, SECONDS);
        transport.answering = false;
        CompletableFuture<Subscription> second = broker.subscribe(TOPIC, collector);
        transport.unanswered.remove().completeExceptionally(new BrokerException("not now"));

        assertThatThrownBy(() -> second.get(10, SECONDS)).hasMessageContaining("not now");
        assertThat(transport.wanted()).containsExactly(TopicFilter.of("t"));
    }

    @Test
    void waitingOnTheIoThreadThrowsInsteadOfBlockingForEver() {
        transport.answering = false;
        CompletableFuture<Receipt> future = publisher.publish("x");
        transport.ioThread = Thread.currentThread();

        assertThatThrownBy(future::join)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("I/O thread");
        transport.ioThread = null;
    }

    /** It ran on the timer, which then gave up on nothing any more. */
    @Test
    void stageThatBlocksHoldsUpNoOtherTimeOut() throws Exception {
        transport.answering = false;
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Thread> blocked = new CompletableFuture<>();
        for (int i = 0; i < 10; i++) {
            publisher.publish("x").whenComplete((receipt, failure) -> {
                blocked.complete(Thread.currentThread());
                awaitRelease(release);
            });
        }
        try {
            assertThat(blocked.get(10, SECONDS).getName()).startsWith("broker-worker");
            assertThat(failure(publisher.publish("y")).outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThatThrownBy(() -> broker.subscribe(TOPIC, collector).get(10, SECONDS))
                    .hasCauseInstanceOf(BrokerException.class);
        } finally {
            release.countDown();
        }
    }

    @Test
    void stagesDoNotRunOnTheThreadThatBringsTheAnswer() throws Exception {
        transport.answering = false;
        List<CompletableFuture<Thread>> stages = List.of(
                publisher.publish("x").thenApply(receipt -> Thread.currentThread()),
                publisher.publish("y").handle((receipt, failure) -> Thread.currentThread()),
                broker.subscribe(TOPIC, collector).thenApply(live -> Thread.currentThread()));
        transport.unanswered.remove().complete(null);
        transport.unanswered.remove().completeExceptionally(new IllegalStateException("says this test"));
        transport.unanswered.remove().complete(null);

        for (CompletableFuture<Thread> stage : stages) {
            assertThat(stage.get(10, SECONDS)).isNotSameAs(Thread.currentThread());
        }
    }

    private static void awaitRelease(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
