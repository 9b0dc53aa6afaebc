package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of history that the medium has not answered for yet. */
@Timeout(30)
class PendingHistoryTest {
    private static final Topic<String> TOPIC = Topic.text("t").durable(Retention.count(100));

    private final Queue<CompletableFuture<Log.Batch>> unanswered = new ConcurrentLinkedQueue<>();
    private final LoopTransport transport = new LoopTransport();
    private Broker broker;

    private final class SilentLog implements Log {
        @Override
        public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Batch> readBack(
                String topic, Optional<Position> before, int maxEntries, long maxBytes) {
            CompletableFuture<Batch> answer = new CompletableFuture<>();
            unanswered.add(answer);
            return answer;
        }

        @Override
        public CompletableFuture<Info> info(String topic) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void open() {
        transport.log = Optional.of(new SilentLog());
        Duration minute = Duration.ofMinutes(1);
        broker = Engine.open(new Settings(minute, minute, Duration.ofSeconds(5)), transport::of);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private static Log.Batch entry(boolean more) {
        Frame frame = Frame.logged("id", 0, Map.of(), new byte[0]);
        return new Log.Batch(List.of(new Log.Entry(Position.of(1, 0), frame)), more);
    }

    /** There was no bound at all, and reads that wait for their first connection have none of their own. */
    @Test
    void noMorePagesAreReadAtATimeThanAllowed() throws Exception {
        for (int i = 0; i < InFlight.MAX_MESSAGES; i++) {
            broker.history(TOPIC, 1).cancel(true);
        }
        CompletableFuture<Broker.Page<String>> beyond = broker.history(TOPIC, 1);
        assertThat(beyond).isDone();
        assertThatThrownBy(beyond::join)
                .hasCauseInstanceOf(BrokerException.class)
                .hasMessageContaining("10000 pages");

        unanswered.remove().complete(entry(false));
        unanswered.remove().completeExceptionally(new BrokerException("not now"));
        unanswered.clear();
        CompletableFuture<Broker.Page<String>> room = broker.history(TOPIC, 1);
        unanswered.remove().complete(entry(false));
        assertThat(room.get(10, SECONDS).messages()).hasSize(1);
    }

    @Test
    void readingEndsWhenItsUserHasEndedIt() {
        CompletableFuture<Broker.Page<String>> page = broker.history(TOPIC, 100);
        page.cancel(true);
        unanswered.remove().complete(entry(true));
        assertThat(unanswered).isEmpty();
    }
}
