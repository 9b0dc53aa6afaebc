package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Publisher;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The threads that handlers run on: handlers may block and publish. */
abstract class DeliveryThreadsContract extends ContractGroup {
    /**
     * D2, whatever the executor does. The threads that bring messages show themselves by an inline subscription. If it fails: who
     * submits to an executor that runs its tasks at once?
     */
    @Test
    @Rule("D2")
    void handlersRunNeitherOnThePublishersThreadNorOnOneThatBringsMessages() {
        Broker broker = connect();
        Broker other = connect();
        Topic<String> topic = topic();
        Set<Thread> bringing = ConcurrentHashMap.newKeySet();
        Set<Thread> handling = ConcurrentHashMap.newKeySet();
        AtomicInteger handled = new AtomicInteger();
        subscribe(broker, topic, SubscribeOptions.DEFAULTS.inline(), message -> bringing.add(Thread.currentThread()));
        for (SubscribeOptions options : List.of(ROOMY, ROOMY.withExecutor(task -> task.run()))) {
            subscribe(broker, topic, options, message -> {
                handling.add(Thread.currentThread());
                handled.incrementAndGet();
            });
        }
        for (Publisher<String> publisher : List.of(broker.publisher(topic), other.publisher(topic))) {
            for (int i = 0; i < 50; i++) {
                get(publisher.publish("x"));
            }
        }
        await("all messages", () -> handled.get() == 200);
        assertThat(handling).doesNotContain(Thread.currentThread()).doesNotContainAnyElementsOf(bringing);
    }

    /** D2: a task that is run twice, at the same time too, delivers nothing twice. */
    @Test
    @Rule("D2")
    void anExecutorMayRunATaskTwice() {
        Broker broker = connect();
        Topic<String> topic = topic();
        ExecutorService executor = Executors.newFixedThreadPool(4, task -> new Thread(task, "kit-own"));
        try {
            Inbox<String> inbox = subscribed(broker, topic, ROOMY.withExecutor(task -> {
                executor.execute(task);
                executor.execute(task);
            }));
            publishNumbers(broker, topic, 1, 1_000);
            publish(broker, topic, "end");
            assertThat(inbox.awaitUpTo("end")).hasSize(1_001).startsWith("1", "2", "3");
        } finally {
            executor.shutdown();
        }
    }

    /** D4. If it fails: does a stage of a user's run on the thread that brings answers, or that gives up on them? */
    @Test
    @Rule("D4")
    void stagesThatBlockDelayNobodyElse() {
        Broker broker = connect();
        Topic<String> topic = topic();
        CountDownLatch release = new CountDownLatch(1);
        int stages = 20;
        Set<Task<?>> chaining =
                ConcurrentHashMap.newKeySet(); // a stage of a complete future runs on the thread that chains it
        try {
            for (int i = 0; i < stages; i++) {
                chaining.add(new Task<>("kit-" + i, () -> {
                    broker.publisher(topic).publish("x").thenRun(() -> awaitOpen(release));
                    broker.subscribe(topic, inbox()).thenRun(() -> awaitOpen(release));
                    return null;
                }));
            }
            Topic<String> other = topic();
            Inbox<String> inbox = inbox();
            promptly(() -> subscribe(broker, other, inbox));
            promptly(() -> publishNumbers(broker, other, 1, 100));
            assertThat(inbox.await(100)).containsExactlyElementsOf(numbers(1, 100));
        } finally {
            release.countDown();
            chaining.forEach(task -> get(task.future));
        }
    }

    private static void awaitOpen(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    /** D2, with an executor of the user. */
    @Test
    @Rule("D2")
    void handlersRunOnTheExecutorOfTheSubscription() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Set<String> threads = ConcurrentHashMap.newKeySet();
        ExecutorService executor = Executors.newFixedThreadPool(2, task -> new Thread(task, "kit-own"));
        try {
            Inbox<String> inbox = inbox();
            subscribe(broker, topic, SubscribeOptions.DEFAULTS.withExecutor(executor), message -> {
                threads.add(Thread.currentThread().getName());
                inbox.onMessage(message);
            });
            publishNumbers(broker, topic, 1, 100);
            inbox.await(100);
            assertThat(threads).containsExactly("kit-own");
        } finally {
            executor.shutdown();
        }
    }

    /** D4, with more blocked handlers than there are cores. If it fails: do all handlers share a fixed set of threads? */
    @Test
    @Rule("D4")
    void blockedHandlersDelayNobodyElse() {
        Broker broker = connect();
        Topic<String> topic = topic();
        List<Inbox<String>> blocked = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Inbox<String> inbox = gated();
            subscribe(broker, topic, inbox);
            blocked.add(inbox);
        }
        try {
            promptly(() -> publish(broker, topic, "0"));
            blocked.forEach(inbox -> inbox.await(1));
            Inbox<String> neighbour = subscribed(broker, topic, ROOMY);
            Inbox<String> elsewhere = subscribed(broker, topic());
            Inbox<String> far = subscribed(connect(), topic, ROOMY);
            promptly(() -> publishNumbers(broker, topic, 1, 2_000));
            assertThat(neighbour.await(2_000)).containsExactlyElementsOf(numbers(1, 2_000));
            assertThat(far.await(2_000)).containsExactlyElementsOf(numbers(1, 2_000));
            assertThat(elsewhere.payloads()).isEmpty();
        } finally {
            blocked.forEach(Inbox::open);
        }
    }

    /** D4. If it fails: is the thread's interrupt cleared between two calls, and not only when the mailbox is left? */
    @Test
    @Rule("D4")
    void anInterruptThatAHandlerLeavesBehindIsNeverSeenByAnother() {
        Broker broker = connect();
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "kit-own"));
        try {
            for (SubscribeOptions options : List.of(ROOMY, ROOMY.withExecutor(executor), ROOMY.inline())) {
                Topic<String> topic = topic();
                AtomicInteger seen = new AtomicInteger();
                List<Inbox<String>> inboxes = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    Inbox<String> inbox = inbox();
                    inboxes.add(inbox);
                    subscribe(broker, topic, options, message -> {
                        if (Thread.interrupted()) {
                            seen.incrementAndGet();
                        }
                        inbox.onMessage(message);
                        Thread.currentThread().interrupt();
                    });
                }
                promptly(() -> publishNumbers(broker, topic, 1, 100));
                inboxes.forEach(inbox -> inbox.await(100));
                assertThat(seen).as("calls interrupted, with %s", options).hasValue(0);
            }
        } finally {
            executor.shutdown();
        }
    }

    /**
     * P8: an executor that runs its tasks on the thread that submits them, which is not {@code inline()} by name. Two threads
     * and two topics answer each other. If it hangs: is a task submitted under a lock?
     */
    @Test
    @Rule("P8")
    void aHandlerOnTheThreadThatBringsTheMessageMayPublish() {
        Broker broker = connect();
        List<Topic<String>> topics = topics(2);
        SubscribeOptions onTheCaller = ROOMY.withExecutor(task -> task.run());
        List<Inbox<String>> inboxes = new ArrayList<>();
        for (Topic<String> topic : topics) {
            Inbox<String> inbox = subscribed(broker, topic, ROOMY);
            inboxes.add(inbox);
            subscribe(broker, topic, onTheCaller, message -> {
                if (!message.payload().startsWith("answer")) {
                    topics.forEach(one -> broker.publisher(one).publish("answer to " + message.payload()));
                }
            });
        }
        int each = 500;
        get(inParallel(2, i -> () -> {
            publishNumbers(broker, topics.get(i), 1, each);
            return null;
        }));
        for (Inbox<String> inbox : inboxes) {
            inbox.awaitCount(3 * each);
            assertThat(inbox.payloads())
                    .filteredOn(payload -> !payload.startsWith("answer"))
                    .containsExactlyElementsOf(numbers(1, each));
            assertThat(inbox.gaps()).isEmpty();
        }
    }
}
