package io.broker4j.testkit;

import io.broker4j.spi.Frame;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transport over another one that, while told to, does to published messages what a bad medium does: the means for a
 * {@link FaultHarness} to {@link FaultHarness#drop drop}, {@link FaultHarness#duplicate duplicate} and {@link FaultHarness#swap
 * swap} on a medium that offers none.
 *
 * <pre>{@code
 * Broker broker = Engine.open(settings, receiver -> new LossyTransport(new PigeonTransport(receiver, …), () -> loss));
 * }</pre>
 *
 * <p>Publishers are told that their messages are sent. Logs are not touched. Safe for use from any thread.
 */
public final class LossyTransport extends ForwardingTransport {

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

    private record Held(Outlet outlet, Frame frame) {}

    private final Supplier<Loss> loss;
    private @Nullable Held held;

    /**
     * Over another transport, which is closed with this one.
     *
     * @param transport owned by this one
     * @param loss asked at each publish
     */
    public LossyTransport(Transport transport, Supplier<Loss> loss) {
        super(transport);
        this.loss = loss;
    }

    @Override
    public Outlet outlet(String topic) {
        Outlet outlet = super.outlet(topic);
        return frame -> publish(outlet, frame);
    }

    private CompletableFuture<Void> publish(Outlet outlet, Frame frame) {
        return switch (loss.get()) {
            case NONE -> outlet.publish(frame);
            case DROP -> SENT;
            case DUPLICATE -> {
                CompletableFuture<Void> first = outlet.publish(frame);
                outlet.publish(frame);
                yield first;
            }
            case SWAP -> swap(outlet, frame);
        };
    }

    private synchronized CompletableFuture<Void> swap(Outlet outlet, Frame frame) {
        Held earlier = held;
        if (earlier == null) {
            held = new Held(outlet, frame);
            return SENT;
        }
        held = null;
        CompletableFuture<Void> later = outlet.publish(frame);
        earlier.outlet.publish(earlier.frame);
        return later;
    }
}
