package io.broker4j.inmemory;

import io.broker4j.Health;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Log;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The transport of one broker: its {@link InMemoryLink} to a {@link SharedMedium}. */
final class InMemoryTransport implements Transport {
    private final SharedMedium medium;
    private final InMemoryLink link;
    private final boolean encode;
    private final Optional<Log> log;

    InMemoryTransport(SharedMedium medium, InMemoryLink link, boolean encode) {
        this.medium = medium;
        this.link = link;
        this.encode = encode;
        this.log = Optional.of(new InMemoryLog(medium, link));
    }

    @Override
    public Outlet outlet(String topic) {
        return medium.outlet(link, topic);
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        return link.subscribe(filter, kind, inlet);
    }

    @Override
    public void unsubscribe(TopicFilter filter, Kind kind) {
        link.unsubscribe(filter, kind);
    }

    @Override
    public Optional<Log> log() {
        return log;
    }

    @Override
    public boolean passesReferences() {
        return !encode;
    }

    @Override
    public Health health() {
        return link.health();
    }

    @Override
    public void close(Duration deadline) {
        link.close();
        medium.leave(link);
    }
}
