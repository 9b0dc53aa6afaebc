package io.broker4j.testkit;

import io.broker4j.Health;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transport over another one that, while told to, does to published messages what a bad medium does: the means for a
 * {@link FaultHarness} to {@link FaultHarness#drop drop}, {@link FaultHarness#duplicate duplicate} and {@link FaultHarness#swap
 * swap} on a medium that offers none.
 *
 * <pre>{@code
 * Broker broker = Engine.open(new LossyTransport(new PigeonTransport(…), () -> loss), settings);
 * }</pre>
 *
 * <p>Publishers are told that their messages are sent. Logs are not touched. Safe for use from any thread.
 */
public final class LossyTransport implements Transport {

    /** What becomes of published messages. */
    public enum Loss {
        /** Nothing bad. */
        NONE,
        /** They are lost. */
        DROP,
        /** They are sent twice in a row. */
        DUPLICATE,
        /** Every second one is sent before the first; a first one waits for its second. */
        SWAP
    }

    private static final CompletableFuture<Void> SENT = CompletableFuture.completedFuture(null);

    private record Held(String topic, Frame frame) {}

    private final Transport transport;
    private final Supplier<Loss> loss;
    private @Nullable Held held;

    /**
     * Over another transport, which is closed with this one.
     *
     * @param transport not started yet
     * @param loss asked at each publish
     */
    public LossyTransport(Transport transport, Supplier<Loss> loss) {
        this.transport = transport;
        this.loss = loss;
    }

    @Override
    public CompletableFuture<Void> publish(String topic, Frame frame) {
        return switch (loss.get()) {
            case NONE -> transport.publish(topic, frame);
            case DROP -> SENT;
            case DUPLICATE -> {
                CompletableFuture<Void> first = transport.publish(topic, frame);
                transport.publish(topic, frame);
                yield first;
            }
            case SWAP -> swap(topic, frame);
        };
    }

    private synchronized CompletableFuture<Void> swap(String topic, Frame frame) {
        Held earlier = held;
        if (earlier == null) {
            held = new Held(topic, frame);
            return SENT;
        }
        held = null;
        CompletableFuture<Void> later = transport.publish(topic, frame);
        transport.publish(earlier.topic, earlier.frame);
        return later;
    }

    @Override
    public void start(Receiver receiver) {
        transport.start(receiver);
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter) {
        return transport.subscribe(filter);
    }

    @Override
    public void unsubscribe(TopicFilter filter) {
        transport.unsubscribe(filter);
    }

    @Override
    public Optional<Log> log() {
        return transport.log();
    }

    @Override
    public Health health() {
        return transport.health();
    }

    @Override
    public boolean passesReferences() {
        return transport.passesReferences();
    }

    @Override
    public boolean onIoThread() {
        return transport.onIoThread();
    }

    @Override
    public void close(Duration deadline) {
        transport.close(deadline);
    }
}
