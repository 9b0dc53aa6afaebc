package io.broker4j.engine;

import io.broker4j.Health;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Log;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The least that a transport can be: what is published comes back, answers can be withheld, the "I/O thread" is chosen. */
final class LoopTransport implements Transport {
    static final Health UP = new Health(Health.Status.UP, Health.Status.UP, "");

    /** A subscription that the engine wants. */
    private record Wanted(TopicFilter filter, Kind kind) {}

    private final Map<Wanted, Inlet> wanted = new ConcurrentHashMap<>();
    final Queue<CompletableFuture<Void>> unanswered = new ConcurrentLinkedQueue<>();
    volatile boolean answering = true;
    volatile Thread ioThread;
    volatile boolean closed;
    volatile Runnable onPublish = () -> {};
    volatile Runnable onSubscribe = () -> {};
    volatile Runnable onUnsubscribe = () -> {};
    volatile Health health = UP;
    Optional<Log> log = Optional.empty();
    Receiver receiver;

    /** This transport, which may serve several brokers, one after the other. */
    LoopTransport of(Receiver engine) {
        receiver = engine;
        return this;
    }

    List<TopicFilter> wanted() {
        return wanted.keySet().stream().map(Wanted::filter).toList();
    }

    void renew() {
        wanted.values().forEach(Inlet::renewed);
    }

    @Override
    public Outlet outlet(String topic) {
        return frame -> publish(topic, frame);
    }

    private CompletableFuture<Void> publish(String topic, Frame frame) {
        onPublish.run();
        if (!answering) {
            return withheld();
        }
        deliver(topic, frame.toBytes());
        return CompletableFuture.completedFuture(null);
    }

    void deliver(String topic, byte[] wire) {
        wanted.forEach((subscription, inlet) -> {
            if (subscription.filter.matches(topic)) {
                inlet.received(topic, Frame.parse(wire));
            }
        });
    }

    private CompletableFuture<Void> withheld() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        unanswered.add(answer);
        return answer;
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        onSubscribe.run();
        wanted.put(new Wanted(filter, kind), inlet);
        return answering ? CompletableFuture.completedFuture(null) : withheld();
    }

    @Override
    public void unsubscribe(TopicFilter filter, Kind kind) {
        wanted.remove(new Wanted(filter, kind));
        onUnsubscribe.run();
    }

    @Override
    public Optional<Log> log() {
        return log;
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public boolean onIoThread() {
        return Thread.currentThread() == ioThread;
    }

    @Override
    public void close(Duration deadline) {
        closed = true;
        unanswered.forEach(answer -> answer.completeExceptionally(new IllegalStateException("link closed")));
    }
}
