package io.broker4j.inmemory;

import io.broker4j.BrokerEvent;
import io.broker4j.Health;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Log;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The transport of one broker to a {@link Loopback}. */
final class InMemoryTransport implements Transport {
    private static final CompletableFuture<Void> LIVE = CompletableFuture.completedFuture(null);

    /** A wanted subscription. */
    record Wanted(TopicFilter filter, Kind kind) {}

    private final Loopback medium;
    private final boolean encode;
    private final Runnable onClose;
    private final Optional<Log> log;
    private final Map<Wanted, Routes.Target> subscriptions = new ConcurrentHashMap<>();

    InMemoryTransport(Loopback medium, Receiver receiver, boolean encode, Runnable onClose) {
        this.medium = medium;
        this.encode = encode;
        this.onClose = onClose;
        this.log = Optional.of(new InMemoryLog(medium, receiver));
        receiver.event(new BrokerEvent.Connected(medium.toString()));
    }

    @Override
    public Outlet outlet(String topic) {
        return medium.outlet(topic);
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        subscriptions.computeIfAbsent(
                new Wanted(filter, kind), added -> medium.routes().add(filter, inlet));
        return LIVE;
    }

    @Override
    public void unsubscribe(TopicFilter filter, Kind kind) {
        Routes.Target ended = subscriptions.remove(new Wanted(filter, kind));
        if (ended != null) {
            medium.routes().remove(ended);
        }
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
        return new Health(Health.Status.UP, subscriptions.isEmpty() ? Health.Status.UNVERIFIED : Health.Status.UP, "");
    }

    @Override
    public void close(Duration deadline) {
        subscriptions.values().forEach(medium.routes()::remove);
        onClose.run();
    }
}
