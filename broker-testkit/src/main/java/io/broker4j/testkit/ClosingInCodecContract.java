package io.broker4j.testkit;

import io.broker4j.Broker;
import io.broker4j.Codec;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A codec may close the subscription or broker that it decodes for, although others wait for its result. */
abstract class ClosingInCodecContract extends ClosingGroup {
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
}
