package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Broker;
import io.broker4j.ClosedException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The process may have no thread left: then the broker keeps its deadlines on the threads that there are (C4, C5). */
@Timeout(30)
class NoThreadTest {
    private static final Topic<String> TOPIC = Topic.text("t");

    private final LoopTransport transport = new LoopTransport();
    private final Set<String> exhausted = ConcurrentHashMap.newKeySet();

    /** The threads of a role; there is none while it is exhausted. */
    private ThreadFactory threads(String role) {
        return task -> {
            if (exhausted.contains(role)) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        };
    }

    private Broker open() {
        Duration minute = Duration.ofMinutes(1);
        return Engine.open(
                new Settings(minute, minute, Duration.ofMillis(500)), transport::of, new Machine(this::threads));
    }

    @Test
    void theBrokerIsClosedOnTheCallingThread() {
        Broker broker = open();
        exhausted.add("closer");
        broker.close();

        assertThat(transport.closed).isTrue();
        assertThatThrownBy(() -> broker.publisher(TOPIC)).isInstanceOf(ClosedException.class);
    }

    /** The I/O thread may not wait, so it leaves closing to another thread if there is one. */
    @Test
    void aSubscriptionIsClosedOnTheCallingThread() throws Exception {
        Broker broker = open();
        Subscription subscription = broker.subscribe(TOPIC, message -> {}).get(10, SECONDS);
        exhausted.add("closer");
        transport.ioThread = Thread.currentThread();
        subscription.close();
        transport.ioThread = null;

        assertThat(transport.wanted()).isEmpty();
        broker.close();
    }

    /** Only the thread that closes may run no handler. */
    @Test
    void theNeighboursOfAClosedInlineSubscriptionNeedNoWorker() throws Exception {
        Broker broker = open();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        SubscribeOptions inline = SubscribeOptions.DEFAULTS.inline();
        Subscription first = broker.subscribe(TOPIC, inline, message -> {}).get(10, SECONDS);
        broker.subscribe(TOPIC, inline, message -> threads.add(Thread.currentThread()))
                .get(10, SECONDS);
        exhausted.add("worker");
        first.close();
        broker.publisher(TOPIC).publish("x");

        assertThat(threads).containsExactly(Thread.currentThread());
        broker.close();
    }

    /** They are more than one sweep completes. */
    @Test
    void manyPendingFuturesComplete() throws Exception {
        Broker broker = open();
        transport.answering = false;
        List<CompletableFuture<Receipt>> publishing = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            publishing.add(broker.publisher(TOPIC).publish("x"));
        }
        exhausted.addAll(Set.of("closer", "worker"));
        broker.close();

        for (CompletableFuture<Receipt> one : publishing) {
            assertThat(EngineOverLoop.failure(one).outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    @Test
    void pendingFuturesComplete() throws Exception {
        Broker broker = open();
        transport.answering = false;
        CompletableFuture<Subscription> subscribing = broker.subscribe(TOPIC, message -> {});
        CompletableFuture<Receipt> publishing = broker.publisher(TOPIC).publish("x");
        exhausted.addAll(Set.of("closer", "worker"));
        broker.close();

        assertThatThrownBy(() -> subscribing.get(10, SECONDS)).hasCauseInstanceOf(ClosedException.class);
        assertThat(EngineOverLoop.failure(publishing).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    /** Without its timer a broker could keep no deadline, so it must not open. */
    @Test
    void aBrokerWithoutATimerDoesNotOpen() {
        exhausted.add("timer");

        assertThatThrownBy(this::open).isInstanceOf(OutOfMemoryError.class);
        assertThat(transport.closed).isTrue();
    }
}
