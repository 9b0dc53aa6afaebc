package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.HandlerFailed;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A broker may be closed in any call and any stage, and close never waits for its own caller. */
abstract class ClosingAnywhereContract extends ClosingGroup {
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
        CompletableFuture<String> behind = new CompletableFuture<>();
        Subscription subscription = subscribe(broker, topic, Subscriber.async(message -> {
            if (message.payload().equals("2")) {
                behind.complete("2");
            }
            return stage;
        }));
        publishNumbers(broker, topic, 1, 2);
        awaitBehind(stage, subscription);
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
}
