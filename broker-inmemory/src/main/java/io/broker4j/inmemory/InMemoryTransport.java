package io.broker4j.inmemory;

import io.broker4j.BrokerEvent;
import io.broker4j.ClosedException;
import io.broker4j.Health;
import io.broker4j.PublishException;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One broker's link to a {@link Medium}. Its lock comes after the medium's stripes; futures are completed after it is
 * released.
 */
final class InMemoryTransport implements Transport {
    static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    /** A filter somebody wants. */
    private static final class Wish {
        /** Complete while it is live. */
        CompletableFuture<Void> live = new CompletableFuture<>();
        /** Whether it ever was. */
        boolean confirmed;
    }

    private final Medium medium;
    private final boolean encode;
    private final Optional<Log> log;
    private final Map<TopicFilter, Wish> wishes = new HashMap<>(); // guarded by this
    private volatile boolean connected = true;
    /** Not from a cut until its gap has been told. */
    private volatile boolean receiving = true;

    @SuppressWarnings("NullAway.Init") // the engine calls start before anything else
    private Receiver receiver;

    InMemoryTransport(Medium medium, boolean encode) {
        this.medium = medium;
        this.encode = encode;
        this.log = Optional.of(new InMemoryLog(medium, this));
    }

    static <T> CompletableFuture<T> notSent(String why) {
        return CompletableFuture.failedFuture(new PublishException(PublishException.Outcome.NOT_SENT, why));
    }

    @Override
    public void start(Receiver engine) {
        receiver = engine;
        receiver.event(new BrokerEvent.Connected("memory:" + medium.name()));
        if (medium.network().isStalled()) {
            tellStalled(true);
        }
    }

    void tellStalled(boolean stalled) {
        receiver.event(stalled ? new BrokerEvent.Degraded(silence()) : new BrokerEvent.Restored());
    }

    private String silence() {
        return "memory:" + medium.name() + " does not answer";
    }

    Receiver receiver() {
        return receiver;
    }

    boolean isConnected() {
        return connected;
    }

    @Override
    public CompletableFuture<Void> publish(String topic, Frame frame) {
        return medium.publish(this, topic, frame);
    }

    @Override
    public Optional<Log> log() {
        return log;
    }

    void receive(TopicFilter filter, String topic, Frame frame) {
        if (receiving) {
            receiver.received(filter, topic, frame instanceof Frame.Reference ? frame : Frame.parse(frame.toBytes()));
        }
    }

    @Override
    public boolean passesReferences() {
        return !encode;
    }

    @Override
    public synchronized CompletableFuture<Void> subscribe(TopicFilter filter) {
        Wish known = wishes.get(filter);
        if (known != null) {
            return known.live;
        }
        Wish wish = new Wish();
        wishes.put(filter, wish);
        if (isAnswering()) {
            makeLive(filter, wish);
            wish.live.complete(null); // nobody waits for it yet
        }
        return wish.live;
    }

    boolean isAnswering() {
        return connected && !medium.network().isStalled();
    }

    private void makeLive(TopicFilter filter, Wish wish) {
        if (wish.confirmed) {
            receiver.renewed(filter);
        } else {
            wish.confirmed = true;
            medium.routes().add(new Routes.Target(this, filter));
        }
    }

    @Override
    public synchronized void unsubscribe(TopicFilter filter) {
        wishes.remove(filter);
        medium.routes().remove(new Routes.Target(this, filter));
    }

    void setConnected(boolean wanted) {
        List<CompletableFuture<Void>> live = new ArrayList<>();
        receiver.together(() -> medium.atRest(() -> {
            synchronized (this) {
                if (connected == wanted) {
                    return;
                }
                connected = wanted;
                if (isAnswering()) {
                    live.addAll(makeAllLive());
                } else if (!wanted) {
                    receiving = false;
                    wishes.values()
                            .forEach(wish -> wish.live = wish.live.isDone() ? new CompletableFuture<>() : wish.live);
                }
            }
            String name = "memory:" + medium.name();
            receiver.event(
                    wanted ? new BrokerEvent.Connected(name) : new BrokerEvent.Disconnected(name, "switched off"));
        }));
        live.forEach(future -> future.complete(null));
    }

    /** Confirms what a stall left without an answer. Returns what to complete when no lock is held. */
    synchronized List<CompletableFuture<Void>> confirm() {
        return isAnswering() ? makeAllLive() : List.of();
    }

    private List<CompletableFuture<Void>> makeAllLive() {
        List<CompletableFuture<Void>> live = new ArrayList<>();
        wishes.forEach((filter, wish) -> {
            if (!wish.live.isDone()) {
                makeLive(filter, wish);
                live.add(wish.live);
            }
        });
        receiving = true;
        return live;
    }

    @Override
    public synchronized Health health() {
        if (!connected) {
            return new Health(Health.Status.DOWN, Health.Status.DOWN, "disconnected from memory:" + medium.name());
        }
        if (medium.network().isStalled()) {
            return new Health(Health.Status.DOWN, Health.Status.DOWN, silence());
        }
        return new Health(Health.Status.UP, wishes.isEmpty() ? Health.Status.UNVERIFIED : Health.Status.UP, "");
    }

    @Override
    public void close(Duration deadline) {
        List<CompletableFuture<Void>> live = new ArrayList<>();
        synchronized (this) {
            connected = false;
            receiving = false;
            wishes.forEach((filter, wish) -> {
                medium.routes().remove(new Routes.Target(this, filter));
                live.add(wish.live);
            });
            wishes.clear();
        }
        live.forEach(future -> future.completeExceptionally(new ClosedException("this broker is closed")));
        medium.leave(this);
    }
}
