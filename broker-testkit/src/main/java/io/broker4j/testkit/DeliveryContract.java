package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How messages reach handlers: one at a time, in order, and to the last. */
abstract class DeliveryContract extends ContractGroup {
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
