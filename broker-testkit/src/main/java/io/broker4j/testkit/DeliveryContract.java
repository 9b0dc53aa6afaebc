package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.HandlerFailed;
import io.broker4j.BrokerEvent.Undecodable;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How messages reach handlers. */
abstract class DeliveryContract extends ContractGroup {
    private static final SubscribeOptions ROOMY = SubscribeOptions.DEFAULTS.withMaxMessages(100_000);

    /** D1, on the broker's own threads. */
    @Test
    @Rule("D1")
    void messagesArriveOneAtATimeInTheOrderOfEachPublisher() {
        assertOrder(ROOMY);
    }

    /** D1, on an executor with many threads. If it fails: is more than one task of a subscription submitted at a time? */
    @Test
    @Rule("D1")
    void messagesArriveOneAtATimeInTheOrderOfEachPublisherOnAnExecutorOfTheUser() {
        ExecutorService executor = Executors.newFixedThreadPool(8, task -> new Thread(task, "kit-own"));
        try {
            assertOrder(ROOMY.withExecutor(executor));
        } finally {
            executor.shutdown();
        }
    }

    /** D1, inline. If it fails: do two publishers, or a publisher and the medium, find the handler free at once? */
    @Test
    @Rule("D1")
    void messagesArriveOneAtATimeInTheOrderOfEachPublisherInline() {
        assertOrder(ROOMY.inline());
    }

    /** Two brokers publish from four threads each. The order of one thread is the order in which its broker published. */
    private void assertOrder(SubscribeOptions options) {
        Broker first = connect();
        Broker second = connect();
        Topic<String> topic = topic();
        List<Serial> serials = new ArrayList<>();
        for (Broker broker : List.of(first, second)) {
            Serial serial = new Serial();
            serials.add(serial);
            subscribe(broker, topic, options, serial::onMessage);
        }
        int each = 300;
        get(inParallel(8, i -> () -> {
            Publisher<String> publisher = (i % 2 == 0 ? first : second).publisher(topic);
            List<CompletableFuture<Receipt>> published = new ArrayList<>();
            for (int n = 0; n < each; n++) {
                published.add(publisher.publish(i + ":" + n));
            }
            get(all(published));
            return null;
        }));
        for (Serial serial : serials) {
            await("all messages", () -> serial.received.get() == 8 * each);
            assertThat(serial.defects).isEmpty();
        }
    }

    /** Reads and writes plain fields, as a handler may that is called one message at a time. */
    private static final class Serial {
        private final Map<String, Integer> next = new HashMap<>();
        private final AtomicInteger running = new AtomicInteger();
        private final Set<String> defects = ConcurrentHashMap.newKeySet();
        private final AtomicInteger received = new AtomicInteger();

        void onMessage(Message<String> message) {
            if (running.incrementAndGet() > 1) {
                defects.add("two calls at the same time");
            }
            String[] payload = message.payload().split(":");
            int expected = next.getOrDefault(payload[0], 0);
            if (Integer.parseInt(payload[1]) != expected) {
                defects.add("expected " + payload[0] + ":" + expected + ", received " + message.payload());
            }
            next.put(payload[0], Integer.parseInt(payload[1]) + 1);
            running.decrementAndGet();
            received.incrementAndGet();
        }
    }

    /**
     * D2. The threads that bring messages show themselves by an inline subscription, and those that complete futures by a
     * stage.
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
        subscribe(broker, topic, message -> {
            handling.add(Thread.currentThread());
            handled.incrementAndGet();
        });
        for (Publisher<String> publisher : List.of(broker.publisher(topic), other.publisher(topic))) {
            for (int i = 0; i < 50; i++) {
                get(publisher.publish("x").thenRun(() -> bringing.add(Thread.currentThread())));
            }
        }
        await("all messages", () -> handled.get() == 100);
        assertThat(handling).doesNotContain(Thread.currentThread()).doesNotContainAnyElementsOf(bringing);
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

    /** D3. If it fails: which catch is too narrow for an error, or ends the loop? */
    @Test
    @Rule("D3")
    void aHandlerThatThrowsIsReportedAndGoesOn() {
        Broker broker = connect();
        EventLog events = new EventLog(broker);
        Topic<String> topic = topic();
        Inbox<String> neighbour = subscribed(broker, topic);
        for (SubscribeOptions options : List.of(SubscribeOptions.DEFAULTS, SubscribeOptions.DEFAULTS.inline())) {
            List<Throwable> thrown = List.of(
                    new Exception("checked"),
                    new IllegalStateException("unchecked"),
                    new AssertionError("error"),
                    new StackOverflowError("error"));
            for (Throwable one : thrown) {
                Inbox<String> inbox = this.<String>inbox().failWhen(payload -> payload.equals("2"), one);
                Subscription subscription = subscribe(broker, topic, options, inbox);
                publishNumbers(broker, topic, 1, 3);
                assertThat(inbox.await(3)).containsExactly("1", "2", "3");
                await(
                        "the failure is counted",
                        () -> subscription.stats().failed() == 1
                                && subscription.stats().delivered() == 2);
                await(
                        "the failure is reported",
                        () -> events.all(HandlerFailed.class).stream().anyMatch(event -> event.cause() == one));
                String failed = inbox.messages().get(1).id();
                assertThat(events.all(HandlerFailed.class))
                        .filteredOn(event -> event.cause() == one)
                        .containsExactly(new HandlerFailed(topic.name(), failed, one));
                assertThat(inbox.gaps()).isEmpty();
                subscription.close();
            }
        }
        assertThat(neighbour.await(24)).hasSize(24);
        assertThat(neighbour.gaps()).isEmpty();
    }

    /** D3: what {@code onGap} throws ends nothing either. */
    @Test
    @Rule("D3")
    void aHandlerThatThrowsAtAGapGoesOn() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = gated();
        subscribe(broker, topic, SubscribeOptions.DEFAULTS.withMaxMessages(1), new io.broker4j.Subscriber<String>() {
            @Override
            public void onMessage(Message<String> message) throws Exception {
                inbox.onMessage(message);
            }

            @Override
            public void onGap(Gap gap) {
                inbox.onGap(gap);
                throw new IllegalStateException("cannot cope with " + gap);
            }
        });
        Inbox<String> witness = subscribed(broker, topic);
        publish(broker, topic, "1");
        inbox.await(1);
        publishNumbers(broker, topic, 2, 10);
        witness.await(10); // so all have arrived
        inbox.open();
        inbox.awaitGap();
        publish(broker, topic, "end");
        inbox.awaitUpTo("end");
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

    /**
     * D3, D4: an executor that fails is no better than a handler that does. If it fails: who catches what {@code execute}
     * throws, and is the mailbox tried again?
     */
    @Test
    @Rule({"D3", "D4"})
    void anExecutorThatThrowsConcernsItsSubscriptionOnlyAndNotForEver() {
        Broker broker = connect();
        Topic<String> topic = topic();
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "kit-own"));
        try {
            AtomicBoolean failed = new AtomicBoolean();
            Inbox<String> before = subscribed(broker, topic);
            Inbox<String> inbox = subscribed(broker, topic, SubscribeOptions.DEFAULTS.withExecutor(task -> {
                if (!failed.getAndSet(true)) {
                    throw new IllegalStateException("no task today");
                }
                executor.execute(task);
            }));
            Inbox<String> inline = subscribed(broker, topic, SubscribeOptions.DEFAULTS.inline());
            Inbox<String> after = subscribed(broker, topic, SubscribeOptions.DEFAULTS.withExecutor(executor));
            Inbox<String> far = subscribed(connect(), topic);
            publishNumbers(broker, topic, 1, 3);
            for (Inbox<String> one : List.of(before, inline, after, far, inbox)) {
                assertThat(one.await(3)).containsExactly("1", "2", "3");
                assertThat(one.gaps()).isEmpty();
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

    /** D6. If it fails: who decodes, and who catches? */
    @Test
    @Rule("D6")
    void anUndecodablePayloadIsReportedAndSkipped() {
        Broker broker = connect();
        EventLog events = new EventLog(broker);
        String name = topic().name();
        Topic<byte[]> bytes = Topic.bytes(name);
        Topic<String> text = Topic.text(name);
        Inbox<byte[]> raw = subscribed(broker, bytes);
        Inbox<String> inbox = inbox();
        Subscription subscription = subscribe(broker, text, inbox);
        publish(broker, bytes, "good".getBytes(StandardCharsets.UTF_8));
        publish(broker, bytes, new byte[] {'b', 'a', 'd', (byte) 0xC3, 0x28});
        publish(broker, bytes, "end".getBytes(StandardCharsets.UTF_8));
        assertThat(inbox.awaitUpTo("end")).containsExactly("good", "end");
        raw.await(3);
        String id = raw.messages().get(1).id();
        await("the failure is reported", () -> !events.all(Undecodable.class).isEmpty());
        assertThat(events.all(Undecodable.class)).singleElement().satisfies(event -> {
            assertThat(event.topic()).isEqualTo(name);
            assertThat(event.messageId()).isEqualTo(id);
            assertThat(event.cause()).isInstanceOf(java.nio.charset.CharacterCodingException.class);
        });
        await("the failure is counted", () -> subscription.stats().failed() == 1);
    }

    /**
     * D9: bursts of all sizes, each followed by silence until its last message has arrived. If it hangs: can a mailbox become
     * empty for its handler just when a message is put into it?
     */
    @Test
    @Rule("D9")
    void theLastMessageOfABurstArrivesWithoutAnother() {
        Broker broker = connect();
        Topic<String> topic = topic();
        ExecutorService executor = Executors.newFixedThreadPool(2, task -> new Thread(task, "kit-own"));
        try {
            List<Inbox<String>> inboxes = new ArrayList<>();
            for (SubscribeOptions options : List.of(ROOMY, ROOMY, ROOMY.withExecutor(executor), ROOMY.inline())) {
                inboxes.add(subscribed(broker, topic, options));
            }
            Random random = new Random(1);
            int published = 0;
            for (int round = 0; round < 500; round++) {
                int burst = 1 + random.nextInt(10);
                for (int i = 0; i < burst; i++) {
                    broker.publisher(topic).publish(Integer.toString(published++));
                }
                for (Inbox<String> inbox : inboxes) {
                    inbox.awaitCount(published);
                }
            }
        } finally {
            executor.shutdown();
        }
    }

    /** D9, with several publishers whose last messages come at the same moment. */
    @Test
    @Rule("D9")
    void theLastMessagesOfSeveralPublishersArriveWithoutAnother() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(broker, topic, ROOMY);
        Inbox<String> inline = subscribed(broker, topic, ROOMY.inline());
        int threads = 4;
        CyclicBarrier start = new CyclicBarrier(threads);
        AtomicInteger published = new AtomicInteger();
        get(inParallel(threads, i -> () -> {
            for (int round = 1; round <= 250; round++) {
                start.await(patience().toMillis(), TimeUnit.MILLISECONDS);
                get(broker.publisher(topic).publish(Integer.toString(published.incrementAndGet())));
                inbox.awaitCount(round * threads);
                inline.awaitCount(round * threads);
            }
            return null;
        }));
    }
}
