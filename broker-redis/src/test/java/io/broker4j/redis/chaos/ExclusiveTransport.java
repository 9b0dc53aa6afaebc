package io.broker4j.redis.chaos;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.ForwardingTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A transport with whose log the entry that a read begins at is always there, once it was: what an engine would see that asks
 * for later entries only.
 */
final class ExclusiveTransport extends ForwardingTransport {
    private final Optional<Log> log;

    ExclusiveTransport(Transport correct) {
        super(correct);
        log = correct.log().map(Exclusive::new);
    }

    @Override
    public Optional<Log> log() {
        return log;
    }

    private static final class Exclusive implements Log {
        private final Log correct;
        private final Map<Position, Entry> seen = new ConcurrentHashMap<>();

        Exclusive(Log correct) {
            this.correct = correct;
        }

        @Override
        public CompletableFuture<Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
            return correct.read(topic, from, maxEntries, maxBytes).thenApply(batch -> pretend(from, batch));
        }

        private Batch pretend(Position from, Batch batch) {
            List<Entry> entries = new ArrayList<>(batch.entries());
            entries.forEach(entry -> seen.put(entry.position(), entry));
            boolean there = !entries.isEmpty() && entries.get(0).position().equals(from);
            if (!there && seen.containsKey(from)) {
                entries.add(0, seen.get(from));
            }
            return new Batch(entries, batch.more());
        }

        @Override
        public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
            return correct.append(topic, frame, retention);
        }

        @Override
        public CompletableFuture<Batch> readBack(
                String topic, Optional<Position> before, int maxEntries, long maxBytes) {
            return correct.readBack(topic, before, maxEntries, maxBytes);
        }

        @Override
        public CompletableFuture<Info> info(String topic) {
            return correct.info(topic);
        }
    }
}
