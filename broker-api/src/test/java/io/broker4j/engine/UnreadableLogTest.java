package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.Health;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is told, and when, that a subscription cannot read its log. */
@Timeout(30)
class UnreadableLogTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Health DOWN = new Health(Health.Status.UP, Health.Status.DOWN, "says this test");

    private final LoopTransport transport = new LoopTransport();
    private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger();
    private final BlockingQueue<BrokerEvent> events = new LinkedBlockingQueue<>();

    /** Takes the number of the failure that is about to be answered. */
    private IntConsumer meanwhile = number -> {};

    private Broker broker;

    /** Always empty, and not to be read while its topic is among the unreadable ones. */
    private final class EmptyLog implements Log {
        private <T> CompletableFuture<T> answer(String topic, Supplier<T> answer) {
            if (unreadable.contains(topic)) {
                meanwhile.accept(failures.incrementAndGet());
                return CompletableFuture.failedFuture(new BrokerException("WRONGTYPE, says this test"));
            }
            return CompletableFuture.completedFuture(answer.get());
        }

        @Override
        public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
            return answer(topic, () -> new Batch(List.of(), false));
        }

        @Override
        public CompletableFuture<Batch> readBack(
                String topic, Optional<Position> before, int maxEntries, long maxBytes) {
            return answer(topic, () -> new Batch(List.of(), false));
        }

        @Override
        public CompletableFuture<Info> info(String topic) {
            return answer(topic, () -> new Info(0, 0, Optional.empty(), Position.ORIGIN));
        }
    }

    @BeforeEach
    void open() {
        transport.log = Optional.of(new EmptyLog());
        Duration second = Duration.ofSeconds(1);
        broker = Engine.open(new Settings(second, second, second, SHORT, second), transport::of);
        broker.onEvent(events::add);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private Subscription subscribed(String name) {
        Topic<String> topic = Topic.text(name).durable(Retention.count(10));
        return broker.subscribe(topic, message -> {}).join();
    }

    private void awaitDegraded(String topic) throws InterruptedException {
        assertThat(events.poll(10, SECONDS))
                .asInstanceOf(InstanceOfAssertFactories.type(BrokerEvent.Degraded.class))
                .extracting(BrokerEvent.Degraded::reason)
                .asString()
                .contains(topic, "WRONGTYPE, says this test");
    }

    private void awaitRestored() throws InterruptedException {
        assertThat(events.poll(10, SECONDS)).isInstanceOf(BrokerEvent.Restored.class);
    }

    private void awaitFailures(int more) {
        int enough = failures.get() + more;
        await().until(() -> failures.get() >= enough);
    }

    /** The second failure fell into the outage, and only that was ever worth a word. */
    @Test
    void itIsToldBehindAnOutageTooOnceTheLinkIsUp() throws Exception {
        subscribed("one");
        transport.health = DOWN;
        unreadable.add("one");
        awaitFailures(4);
        assertThat(events).isEmpty();

        transport.health = LoopTransport.UP;
        awaitDegraded("one");
        awaitFailures(2);
        unreadable.clear();
        awaitRestored();
        assertThat(events).isEmpty();
    }

    /** It was waited for, for ever. */
    @Test
    void whatIsClosedMeanwhileIsNotWaitedFor() throws Exception {
        Subscription one = subscribed("one");
        subscribed("two");
        unreadable.add("one");
        awaitDegraded("one");
        unreadable.add("two");
        awaitDegraded("two");

        one.close();
        unreadable.remove("two");
        awaitRestored();
        unreadable.remove("one");
        subscribed("one");
        unreadable.add("one");
        awaitDegraded("one");
    }

    /** One that is closed does not speak for the other. */
    @Test
    void readersOfOneLogAreOneTroubleUntilTheLastOfThemIsOutOfIt() throws Exception {
        Subscription first = subscribed("one");
        subscribed("one");
        unreadable.add("one");
        awaitDegraded("one");
        awaitFailures(8);

        first.close();
        awaitFailures(1);
        assertThat(events).isEmpty();
        unreadable.clear();
        awaitRestored();
        assertThat(events).isEmpty();
    }

    /** The link is up again when the second failure is looked at, but that failure belongs to the outage. */
    @Test
    void aSubscribeOutlivesAnOutageThatEndsWhileAFailureIsUnderWay() {
        transport.health = DOWN;
        meanwhile = number -> {
            if (number == 2) {
                transport.health = LoopTransport.UP;
                unreadable.clear();
            }
        };
        unreadable.add("one");
        assertThat(subscribed("one")).isNotNull();
        assertThat(failures).hasValue(2);
    }

    @Test
    void aSubscribeOutlivesAnOutageThatBeginsAndEndsWhileAFailureIsUnderWay() {
        meanwhile = number -> {
            if (number == 2) {
                transport.receiver.event(new BrokerEvent.Disconnected("loop:", "says this test"));
                transport.receiver.event(new BrokerEvent.Connected("loop:"));
                unreadable.clear();
            }
        };
        unreadable.add("one");
        assertThat(subscribed("one")).isNotNull();
        assertThat(failures).hasValue(2);
    }

    @Test
    void aSubscribeFailsIfTheMediumRefusesItWhileTheLinkIsUp() {
        unreadable.add("one");
        assertThatThrownBy(() -> subscribed("one")).hasMessageContaining("WRONGTYPE, says this test");
        assertThat(failures).as("attempts: it does not wait for its time-out").hasValue(2);
    }
}
