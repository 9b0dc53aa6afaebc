package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.HandlerFailed;
import io.broker4j.Message;
import io.broker4j.Publisher;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Handlers whose work goes on after the call. */
abstract class AsyncContract extends ContractGroup {

    private record Call(Message<String> message, CompletableFuture<Void> stage) {}

    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

    private CompletableFuture<Void> handle(Message<String> message) {
        Call call = new Call(message, new CompletableFuture<>());
        calls.add(call);
        return call.stage;
    }

    private Call next() {
        try {
            Call call = calls.poll(patience().toMillis(), TimeUnit.MILLISECONDS);
            assertThat(call).as("a handler call").isNotNull();
            return call;
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted while waiting for a handler call", interrupted);
        }
    }

    /** D1. If it fails: does the mailbox stay claimed until the stage is complete? */
    @Test
    @Rule("D1")
    void theNextMessageWaitsForTheStage() {
        assertOneAtATime(SubscribeOptions.DEFAULTS);
    }

    /** D1: on the thread that brings the message, or completes the stage. */
    @Test
    @Rule("D1")
    void theNextMessageWaitsForTheStageInlineToo() {
        assertOneAtATime(SubscribeOptions.DEFAULTS.inline());
    }

    private void assertOneAtATime(SubscribeOptions options) {
        Broker broker = connect();
        Topic<String> topic = topic();
        Subscription subscription = subscribe(broker, topic, options, Subscriber.async(this::handle));
        Inbox<String> neighbour = subscribed(broker, topic);
        publishNumbers(broker, topic, 1, 1_000);
        for (int i = 1; i <= 1_000; i++) {
            Call call = next();
            assertThat(call.message.payload()).isEqualTo(Integer.toString(i));
            assertThat(calls).isEmpty();
            call.stage.complete(null);
        }
        await("all counted", () -> subscription.stats().delivered() == 1_000);
        assertThat(neighbour.awaitUpTo("1000")).isEqualTo(numbers(1, 1_000));
    }

    /** D3: a stage that fails, and a handler that throws instead of returning one. */
    @Test
    @Rule("D3")
    void aStageThatFailsIsReportedAndCounted() {
        Broker broker = connect();
        Topic<String> topic = topic();
        EventLog events = new EventLog(broker);
        Subscription subscription = subscribe(broker, topic, Subscriber.async(message -> {
            if (message.payload().equals("3")) {
                throw new IllegalStateException("thrown");
            }
            return handle(message);
        }));
        publishNumbers(broker, topic, 1, 4);
        next().stage.completeExceptionally(new IllegalStateException("failed"));
        next().stage.complete(null);
        next().stage.complete(null);
        await(
                "counts",
                () -> subscription.stats().failed() == 2 && subscription.stats().delivered() == 2);
        await("events", () -> events.all(HandlerFailed.class).size() == 2);
        assertThat(events.all(HandlerFailed.class))
                .extracting(event -> event.cause().getMessage())
                .isEqualTo(List.of("failed", "thrown"));
    }

    /** D4: no thread waits for a stage. */
    @Test
    @Rule("D4")
    void manyOpenStagesDelayNobody() {
        Broker broker = connect();
        Topic<String> topic = topic();
        for (int i = 0; i < 2_000; i++) {
            subscribe(broker, topic, Subscriber.async(this::handle));
        }
        Inbox<String> neighbour = subscribed(broker, topic);
        publishNumbers(broker, topic, 1, 10);
        assertThat(neighbour.awaitUpTo("10")).isEqualTo(numbers(1, 10));
        await("all stages begun", () -> calls.size() == 2_000);
        assertThat(threads().filter(thread -> thread.getName().startsWith("broker-worker")))
                .hasSizeLessThan(100);
    }

    /** S5: closing waits for the stage, and nothing follows. */
    @Test
    @Rule("S5")
    void closingWaitsForTheStageInProgress() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Subscription subscription = subscribe(broker, topic, Subscriber.async(this::handle));
        publishNumbers(broker, topic, 1, 3);
        Call first = next();
        Task<Void> closing = new Task<>("kit-close", () -> {
            subscription.close();
            return null;
        });
        await("closing that waits", closing::isIdle);
        assertThat(closing.future).isNotDone();
        subscription.close(Duration.ZERO); // lest the other be idle because it has not begun
        first.stage.complete(null);
        get(closing.future);
        assertThat(calls).isEmpty();
    }

    /** P8: {@code join} is refused or works. If it fails: does the transport know the threads that complete its futures? */
    @Test
    @Rule("P8")
    void waitingInAStageOfAPublishEndsAtOnce() {
        Publisher<String> publisher = connect("publishTimeout=1m").publisher(topic());
        CompletableFuture<Object> waited = publisher.publish("first").handle((receipt, failure) -> {
            try {
                return publisher.publish("second").join();
            } catch (RuntimeException refused) {
                return refused;
            }
        });
        get(waited);
    }
}
