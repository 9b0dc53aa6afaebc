package io.broker4j.testkit;

import io.broker4j.Broker;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Handlers may close each other, and close waits for no call that waits for it. */
abstract class ClosingEachOtherContract extends ClosingGroup {
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
}
