package io.broker4j.inmemory;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One broker's access to the logs of a {@link SharedMedium}. */
final class InMemoryLog implements Log {
    private static final Batch NOTHING = new Batch(List.of(), false);
    private static final Info EMPTY = new Info(0, 0, Optional.empty(), Position.ORIGIN);

    private final SharedMedium medium;
    private final InMemoryLink link;
    private final Optional<Groups> groups;

    InMemoryLog(SharedMedium medium, InMemoryLink link) {
        this.medium = medium;
        this.link = link;
        this.groups = Optional.of(new InMemoryGroups(medium, link));
    }

    @Override
    public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
        return medium.append(link, topic, frame, retention);
    }

    @Override
    public CompletableFuture<Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
        return link.answer(() ->
                stored(topic).map(log -> log.read(from, maxEntries, maxBytes)).orElse(NOTHING));
    }

    @Override
    public CompletableFuture<Batch> readBack(String topic, Optional<Position> before, int maxEntries, long maxBytes) {
        return link.answer(() -> stored(topic)
                .map(log -> log.readBack(before, maxEntries, maxBytes))
                .orElse(NOTHING));
    }

    @Override
    public CompletableFuture<Info> info(String topic) {
        return link.answer(() -> stored(topic).map(StoredLog::info).orElse(EMPTY));
    }

    private Optional<StoredLog> stored(String topic) {
        return medium.logs().existing(topic);
    }

    @Override
    public Optional<Groups> groups() {
        return groups;
    }
}
