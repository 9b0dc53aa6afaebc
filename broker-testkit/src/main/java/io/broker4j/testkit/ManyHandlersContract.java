package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.Undelivered;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Hundreds of handlers that block at the same time: each has a thread. */
abstract class ManyHandlersContract extends ContractGroup {
    private static final int HUNDREDS = 500;
    private static final Duration ALL_START = Duration.ofMillis(300);
    private static final Duration SERVED = Duration.ofMillis(100);
    /** Hundreds of threads are started, and the machine may be busy with other things. */
    private static final Duration MUCH_SLACK = Duration.ofSeconds(8);

    /** D4, with hundreds. If it fails: is a thread found for one blocked handler after another, at fixed intervals? */
    @Test
    @Rule("D4")
    void hundredsOfBlockedHandlersOfOneTopicDelayNobodyElse() {
        assertStart(Collections.nCopies(HUNDREDS, topic()));
    }

    /** D4, on as many topics. If it fails: does an idle subscription wait behind all that became ready before it? */
    @Test
    @Rule("D4")
    void hundredsOfTopicsWithBlockedHandlersDelayNobodyElse() {
        assertStart(topics(HUNDREDS));
    }

    /** The bounds are those of the promise, with much slack. */
    private void assertStart(List<Topic<String>> topics) {
        Broker broker = connect();
        List<Inbox<String>> blocked = new ArrayList<>();
        for (Topic<String> topic : topics) {
            Inbox<String> inbox = gated();
            subscribe(broker, topic, inbox);
            blocked.add(inbox);
        }
        Topic<String> independent = topic();
        Inbox<String> idle = subscribed(broker, independent);
        try {
            long start = System.nanoTime();
            Set.copyOf(topics).forEach(topic -> broker.publisher(topic).publish("x"));
            long published = System.nanoTime();
            publish(broker, independent, "x");
            idle.await(1);
            assertThat(Duration.ofNanos(System.nanoTime() - published)).isLessThan(SERVED.plus(MUCH_SLACK));
            blocked.forEach(inbox -> inbox.await(1));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ALL_START.plus(MUCH_SLACK));
        } finally {
            blocked.forEach(Inbox::open);
        }
    }

    /**
     * Handlers that never give their core back, on more topics than there are cores, delay nobody else (D4); futures complete
     * meanwhile (P1, S9). If it fails: do threads that are started, or complete futures, wait for the handlers' threads?
     */
    @Test
    @Rule("D4")
    void handlersThatComputeDelayNobodyElse() {
        Broker broker = connect();
        List<Topic<String>> topics = topics(8 * Runtime.getRuntime().availableProcessors());
        CountDownLatch computing = new CountDownLatch(topics.size());
        AtomicBoolean enough = new AtomicBoolean();
        topics.forEach(topic -> subscribe(broker, topic, message -> {
            computing.countDown();
            while (!enough.get()) {
                Thread.onSpinWait();
            }
        }));
        Topic<String> independent = topic();
        Inbox<String> idle = subscribed(broker, independent);
        try {
            topics.forEach(topic -> broker.publisher(topic).publish("x"));
            publish(broker, independent, "1");
            idle.await(1);
            await("all handlers that compute", () -> computing.getCount() == 0);
            publish(broker, independent, "2");
            assertThat(idle.await(2)).containsExactly("1", "2");
            subscribed(broker, topic());
        } finally {
            enough.set(true);
        }
    }

    /** C4: many handlers that cannot be drained share the time; they do not each get it. */
    @Test
    @Rule("C4")
    void closeOfManySubscriptionsWhoseHandlersBlockEndsInTime() {
        for (int count : List.of(1, 10, 500)) {
            Broker broker = connect();
            EventLog events = new EventLog(broker);
            CountDownLatch blocked = new CountDownLatch(count);
            CountDownLatch never = new CountDownLatch(1);
            List<Topic<String>> topics = topics(count);
            topics.forEach(topic -> subscribe(broker, topic, message -> {
                blocked.countDown();
                never.await();
            }));
            topics.forEach(topic -> publishNumbers(broker, topic, 1, 2));
            await(count + " handlers that block", () -> blocked.getCount() == 0);
            within(CLOSE_TIMEOUT.plus(SLACK), inParallel(1, i -> () -> {
                broker.close(Duration.ofMillis(200));
                return null;
            }));
            await(
                    "an event of each subscription",
                    () -> events.all(Undelivered.class).size() == count);
            assertThat(events.all(Undelivered.class))
                    .extracting(Undelivered::topic)
                    .containsExactlyInAnyOrderElementsOf(
                            topics.stream().map(Topic::name).toList());
            assertThat(events.all(Undelivered.class))
                    .extracting(Undelivered::count)
                    .containsOnly(1L);
            never.countDown();
        }
    }
}
