package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that have failed for long read again soon after a sign that the medium answers (C1). */
@Timeout(60)
class ReadersWokenTest {
    private static final int READERS = 20;
    private static final int FAILURES = 7;
    private static final Duration SOON = Duration.ofMillis(150);

    private final LoopTransport transport = new LoopTransport();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final Map<String, Integer> reads = new ConcurrentHashMap<>();
    private volatile boolean readable = true;
    private final ManualMachine machine = new ManualMachine();
    private Broker broker;
    private List<Topic<String>> topics;

    /** Always empty, and not to be read now and then. */
    private final class EmptyLog implements Log {
        @Override
        public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
            boolean answered = readable;
            (answered ? reads : failures).merge(topic, 1, Integer::sum);
            return answered
                    ? CompletableFuture.completedFuture(new Batch(List.of(), false))
                    : CompletableFuture.failedFuture(new BrokerException("not connected, says this test"));
        }

        @Override
        public CompletableFuture<Batch> readBack(String topic, Optional<Position> before, int most, long maxBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Info> info(String topic) {
            return CompletableFuture.completedFuture(new Info(0, 0, Optional.empty(), Position.ORIGIN));
        }
    }

    @BeforeEach
    void fail() {
        transport.log = Optional.of(new EmptyLog());
        Duration never = Duration.ofMinutes(5);
        broker = Engine.open(new Settings(never, never, Duration.ofSeconds(1), never, never), transport::of, machine);
        topics = IntStream.range(0, READERS)
                .mapToObj(i -> Topic.text("topic" + i).durable(Retention.count(10)))
                .toList();
        topics.forEach(topic -> broker.subscribe(topic, message -> {}).join());
        readable = false;
        hintAll();
        machine.passUntil(
                "failures",
                () -> topics.stream().allMatch(topic -> failures.getOrDefault(topic.name(), 0) >= FAILURES));
        reads.clear();
        readable = true;
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private void hintAll() {
        topics.forEach(topic -> transport.deliver(topic.name(), new Frame.Hint(Position.of(0, 1)).toBytes()));
    }

    private void awaitReads() {
        machine.pass(SOON);
        await().until(() -> reads.size() == READERS);
    }

    @Test
    void aHintCutsAPauseShort() {
        hintAll();
        awaitReads();
    }

    @Test
    void aNewConnectionCutsAPauseShort() {
        transport.receiver.reachable();
        awaitReads();
    }

    /** A hint that was sent before they were confirmed may not have arrived. */
    @Test
    void confirmedHintsCauseARead() {
        transport.answering = false;
        CompletableFuture<Subscription> subscribing =
                broker.subscribe(Topic.text("late").durable(Retention.count(10)), message -> {});
        await().until(() -> reads.getOrDefault("late", 0) == 1);
        transport.unanswered.remove().complete(null);
        subscribing.join();
        await().until(() -> reads.get("late") == 2);
    }

    /** Or a reader that the medium refuses would ask as often as others append. */
    @Test
    void manyHintsCauseFewAttempts() {
        readable = false;
        failures.clear();
        for (int i = 0; i < 20; i++) {
            hintAll();
            machine.pass(Duration.ofMillis(50));
        }
        await().until(() -> failures.size() == READERS);
        assertThat(failures.values()).allMatch(attempts -> attempts <= 1 + 20);
    }
}
