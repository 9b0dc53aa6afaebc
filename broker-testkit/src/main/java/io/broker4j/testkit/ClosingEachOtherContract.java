package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Concurrent calls of close. A close never waits for a call that waits for it, nor beyond its own deadline. */
abstract class ClosingEachOtherContract extends ClosingGroup {
    /** S5. If it fails: does each close wait for a call that waits for the other? */
    @Test
    @Rule("S5")
    void subscriptionsOfHandlersThatCloseEachOther() {
        Broker broker = connect();
        assertCloseEachOther(List.of(broker, broker), (same, subscription) -> subscription.close());
    }

    /** S5, in a circle of three brokers. */
    @Test
    @Rule("S5")
    void subscriptionsOfHandlersThatCloseEachOtherInACircle() {
        assertCloseEachOther(
                List.of(connect(), connect(), connect()), (broker, subscription) -> subscription.close(patience()));
    }

    /** In the handler of each subscription, {@code closing} gets the next broker and its subscription. */
    private void assertCloseEachOther(List<Broker> brokers, BiConsumer<Broker, Subscription> closing) {
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
                        int next = (i + 1) % brokers.size();
                        closing.accept(brokers.get(next), get(subscriptions.get(next)));
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
        assertCloseEachOther(List.of(connect(), connect()), (broker, subscription) -> broker.close());
    }

    /** C4: another thread closes with much more time, and a handler does not return. If it hangs: whose deadline counts? */
    @Test
    @Rule("C4")
    void aSecondCloseEndsWithinItsOwnTime() {
        assertFirstToReturn(Duration.ofMinutes(2), Duration.ofMillis(100), 1);
    }

    /** C4: another thread has closed with less time. */
    @Test
    @Rule("C4")
    void aSecondCloseEndsWithTheFirst() {
        assertFirstToReturn(Duration.ofMillis(100), Duration.ofMinutes(2), 0);
    }

    private void assertFirstToReturn(Duration first, Duration second, int shorter) {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = gated();
        subscribe(broker, topic, inbox);
        publishNumbers(broker, topic, 1, 10);
        inbox.await(1);
        Task<Void> closing = closing(broker, first);
        await("close waits, or has returned", closing::isIdle);
        Task<Void> again = closing(broker, second);
        within(CLOSE_TIMEOUT.plus(SLACK), List.of(closing, again).get(shorter).future);
        if (shorter == 0) {
            within(CLOSE_TIMEOUT.plus(SLACK), again.future);
        } else {
            assertThat(closing.future).as("the close with more time").isNotDone();
        }
        inbox.open();
        within(CLOSE_TIMEOUT.plus(SLACK), all(List.of(closing.future, again.future)));
    }

    private static Task<Void> closing(Broker broker, Duration time) {
        return new Task<>("kit-close", () -> {
            broker.close(time);
            return null;
        });
    }
}
