package io.broker4j.inmemory.broken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.inmemory.InMemoryHarness;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.Inbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A medium that lastingly refuses one thing to a group, and answers all others: it is told of, until that is answered too. */
@Timeout(60)
class RefusedGroupStepTest {
    private static final Topic<String> JOBS = Topic.text("jobs").durable(Retention.count(100));
    private static final SubscribeOptions.Retry SOON =
            SubscribeOptions.Retry.DEFAULTS.withDelays(Duration.ofMillis(10), Duration.ofMillis(10));

    private volatile String refused = "";
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final InMemoryHarness medium = new InMemoryHarness() {
        @Override
        protected Transport front(Transport transport) {
            return new TamperedTransport(transport, log -> Optional.of(new RefusingLog(log)));
        }
    };
    private final Broker broker = medium.connect("poll=100ms", "lease=300ms");

    private final class RefusingLog extends TamperedLog {
        RefusingLog(Log correct) {
            super(correct);
        }

        private <T> CompletableFuture<T> unlessRefused(String step, Supplier<CompletableFuture<T>> answer) {
            return step.equals(refused)
                    ? CompletableFuture.failedFuture(new BrokerException("NOPERM " + step))
                    : answer.get();
        }

        @Override
        public CompletableFuture<Groups.Batch> claim(Member member, int maxEntries, long maxBytes) {
            return unlessRefused("claim", () -> super.claim(member, maxEntries, maxBytes));
        }

        @Override
        public CompletableFuture<Groups.Batch> takeOver(Member member, Duration idle, int maxEntries) {
            return unlessRefused("takeOver", () -> super.takeOver(member, idle, maxEntries));
        }

        @Override
        public CompletableFuture<Boolean> retry(Member member, Position position, int attempt) {
            return unlessRefused("retry", () -> super.retry(member, position, attempt));
        }

        @Override
        public CompletableFuture<Groups.Info> info(String topic, String group) {
            return unlessRefused("info", () -> super.info(topic, group));
        }
    }

    @AfterEach
    void close() {
        broker.close();
        medium.close();
    }

    private Inbox<String> member() {
        Inbox<String> inbox = new Inbox<String>()
                .failWhen(text -> refused.equals("retry"), new IllegalStateException("says this test"));
        broker.subscribe(JOBS, SubscribeOptions.DEFAULTS.withGroup("g").withRetry(SOON), inbox)
                .join();
        broker.onEvent(event -> {
            if (event instanceof BrokerEvent.Degraded || event instanceof BrokerEvent.Restored) {
                events.add(event.toString());
            }
        });
        return inbox;
    }

    @ParameterizedTest
    @ValueSource(strings = {"claim", "takeOver", "retry", "info"})
    void itIsToldOnceAndSoIsThatItIsOver(String step) {
        Inbox<String> inbox = member();
        refused = step;
        broker.publisher(JOBS).publish("x").join();
        await().untilAsserted(() -> assertThat(events).isNotEmpty());
        await().during(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(events)
                        .singleElement()
                        .asString()
                        .contains("Degraded", JOBS.name(), "NOPERM " + step));

        refused = "";
        inbox.awaitUpTo("x");
        await().untilAsserted(
                        () -> assertThat(events).hasSize(2).last().asString().startsWith("Restored"));
    }
}
