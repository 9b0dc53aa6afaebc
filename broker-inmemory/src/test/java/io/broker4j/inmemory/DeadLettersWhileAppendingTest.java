package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Publisher;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Retry;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The logs of two topics were waited for in either order if their names fell into one bin of a map. */
class DeadLettersWhileAppendingTest {
    private static final int PUBLISHES = 100_000;

    /** A topic whose log and whose dead letters' log are neighbours in a {@code ConcurrentHashMap} of the smallest size. */
    private static String unfortunate() {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "orders" + number)
                .filter(name -> bin(name) == bin("dead.g." + name))
                .findFirst()
                .orElseThrow();
    }

    private static int bin(String name) {
        int hash = name.hashCode();
        return (hash ^ hash >>> 16) & 15;
    }

    @Test
    void publishersGoOnWhileDeadLettersAreBuried() throws Exception {
        Topic<String> topic = Topic.text(unfortunate()).durable(Retention.count(1_000));
        Broker publishing = Broker.open("memory:dead-letters");
        Broker failing = Broker.open("memory:dead-letters");
        SubscribeOptions once = SubscribeOptions.DEFAULTS.withGroup("g").withRetry(Retry.DEFAULTS.withMaxDeliveries(1));
        Inbox<String> inbox = new Inbox<String>().failWhen(any -> true, new IllegalStateException("no"));
        failing.subscribe(topic, once, inbox).join();
        Publisher<String> publisher = publishing.publisher(topic);
        CompletableFuture<Void> published = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < PUBLISHES; i++) {
                publisher.publish("message");
            }
        });
        assertThat(published).as("publishing, which a deadlock would end").succeedsWithin(30, TimeUnit.SECONDS);
        failing.close();
        publishing.close();
    }
}
