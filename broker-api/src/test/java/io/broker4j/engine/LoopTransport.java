package io.broker4j.engine;

import io.broker4j.Health;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The least that a transport can be: what is published comes back, answers can be withheld, the "I/O thread" is chosen. */
final class LoopTransport implements Transport {
    static final Health UP = new Health(Health.Status.UP, Health.Status.UP, "");

    final Set<TopicFilter> wanted = ConcurrentHashMap.newKeySet();
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

    @Override
    public void start(Receiver engine) {
        receiver = engine;
    }

    @Override
    public CompletableFuture<Void> publish(String topic, Frame frame) {
        onPublish.run();
        if (!answering) {
            return withheld();
        }
        deliver(topic, frame.toBytes());
        return CompletableFuture.completedFuture(null);
    }

    void deliver(String topic, byte[] wire) {
        for (TopicFilter filter : wanted) {
            if (filter.matches(topic)) {
                receiver.received(filter, topic, Frame.parse(wire));
            }
        }
    }

    private CompletableFuture<Void> withheld() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        unanswered.add(answer);
        return answer;
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter) {
        onSubscribe.run();
        wanted.add(filter);
        return answering ? CompletableFuture.completedFuture(null) : withheld();
    }

    @Override
    public void unsubscribe(TopicFilter filter) {
        wanted.remove(filter);
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
