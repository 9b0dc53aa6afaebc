package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Retry;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries that another program takes away from a member that lives are handled all the same, and that is told (L3, L4). */
class TakenAwayTest {
    private static final Topic<String> JOBS = Topic.text("jobs").durable(Retention.count(1_000));
    private static final SubscribeOptions GROUP = SubscribeOptions.DEFAULTS.withGroup("g");
    private static final String KEY = "b4j:jobs";
    private static final int COUNT = 12;

    private RestrictedRedis redis;
    private Broker broker;
    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() {
        redis = RestrictedRedis.startForLogs();
        broker = Broker.open(redis.uri() + "?lease=600ms");
        broker.onEvent(events::add);
    }

    @AfterEach
    void close() {
        broker.close();
        redis.close();
    }

    private static List<String> numbers() {
        return IntStream.rangeClosed(1, COUNT).mapToObj(Integer::toString).toList();
    }

    private String pending() {
        return redis.command("XPENDING", KEY, "g").lines().findFirst().orElse("");
    }

    /** All that the member has; what it has given back is not taken away from it. */
    private String[] acknowledge() {
        Stream<String> ids = redis.command("XPENDING", KEY, "g", "-", "+", "100", member())
                .lines()
                .filter(line -> line.matches("[0-9]+-[0-9]+"));
        return Stream.concat(Stream.of("XACK", KEY, "g"), ids).toArray(String[]::new);
    }

    private String[] deleteMember() {
        return new String[] {"XGROUP", "DELCONSUMER", KEY, "g", member()};
    }

    /** Whoever else is listed is nobody. */
    private String member() {
        List<String> told =
                redis.command("XINFO", "CONSUMERS", KEY, "g").lines().toList();
        return IntStream.range(0, told.size() - 1)
                .filter(i -> told.get(i).equals("name") && !told.get(i + 1).equals("-"))
                .mapToObj(i -> told.get(i + 1))
                .findFirst()
                .orElseThrow();
    }

    private boolean isTold() {
        return events.stream()
                .anyMatch(event -> event instanceof BrokerEvent.Degraded degraded
                        && degraded.reason().contains("taken away"));
    }

    /** While a handler has the first of some messages, it and those that wait are taken away. */
    private void assertAllHandledAndTold(Supplier<String[]> taking) {
        List<String> handled = new CopyOnWriteArrayList<>();
        numbers().forEach(number -> broker.publisher(JOBS).publish(number).join());
        broker.subscribe(JOBS, GROUP.withStart(Start.earliest()), message -> {
                    if (handled.isEmpty()) {
                        redis.command(taking.get());
                        await().atMost(Recorder.GENEROUS).until(this::isTold);
                    }
                    handled.add(message.payload());
                })
                .join();
        await().atMost(Recorder.GENEROUS)
                .until(() -> handled.size() >= COUNT && pending().equals("0"));
        assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers());
        await().atMost(Recorder.GENEROUS)
                .until(() -> events.stream().anyMatch(event -> event instanceof BrokerEvent.Restored));
    }

    @Test
    void aDeletedConsumerHasItsMessagesAgain() {
        assertAllHandledAndTold(this::deleteMember);
    }

    @Test
    void whatAnotherProgramAcknowledgesIsHandledAllTheSame() {
        assertAllHandledAndTold(this::acknowledge);
    }

    /** It is put aside, where only its position is known. */
    @Test
    void aRetryTakesPlaceAlthoughItsEntryWasTakenAway() {
        AtomicInteger calls = new AtomicInteger();
        Retry slow = Retry.DEFAULTS.withDelays(Duration.ofSeconds(1), Duration.ofSeconds(1));
        broker.subscribe(JOBS, GROUP.withRetry(slow), message -> {
                    if (calls.incrementAndGet() == 1) {
                        redis.command(deleteMember());
                        throw new IllegalStateException("not yet");
                    }
                })
                .join();
        broker.publisher(JOBS).publish("once more").join();
        await().atMost(Recorder.GENEROUS).until(() -> calls.get() == 2);
        await().atMost(Recorder.GENEROUS).until(() -> pending().equals("0"));
        assertThat(isTold()).isTrue();
    }

    /** And so does a burial. */
    @Test
    void aDeadLetterIsKeptAlthoughItsEntryWasTakenAway() {
        broker.subscribe(JOBS, GROUP.withRetry(Retry.DEFAULTS.withMaxDeliveries(1)), message -> {
                    redis.command(deleteMember());
                    throw new IllegalStateException("never");
                })
                .join();
        broker.publisher(JOBS).publish("bad").join();
        await().atMost(Recorder.GENEROUS)
                .until(() -> redis.command("XLEN", "b4j:dead.g.jobs").equals("1"));
    }
}
