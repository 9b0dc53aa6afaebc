package io.broker4j.spi;

import io.broker4j.Position;
import io.broker4j.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The user's end of a mailbox. */
final class LiveSubscription implements Subscription {
    private final Registry registry;
    private final Registry.Entry<?> entry;
    private final BooleanSupplier onOurThread;
    private final Duration closeTimeout;
    private final Set<LiveSubscription> open;

    /** Is in the set {@code open} until it ends. */
    LiveSubscription(
            Registry registry,
            Registry.Entry<?> entry,
            BooleanSupplier onOurThread,
            Duration closeTimeout,
            Set<LiveSubscription> open) {
        this.registry = registry;
        this.entry = entry;
        this.onOurThread = onOurThread;
        this.closeTimeout = closeTimeout;
        this.open = open;
        open.add(this);
    }

    @Override
    public String topic() {
        return entry.channel().filter().name();
    }

    @Override
    public Optional<Position> position() {
        return Optional.empty();
    }

    @Override
    public Stats stats() {
        return entry.mailbox().stats();
    }

    @Override
    public void close() {
        end();
        if (mayWait()) {
            awaitQuiet(Deadline.in(closeTimeout));
        }
    }

    @Override
    public void close(Duration drain) {
        long deadline = Deadline.in(drain);
        if (mayWait()) {
            drain(deadline);
        }
        end();
        if (mayWait()) {
            awaitQuiet(deadline);
        }
    }

    void drain(long deadlineNanos) {
        entry.mailbox().drain(deadlineNanos);
    }

    /** No further handler call starts, and the medium may forget us. */
    void end() {
        entry.mailbox().close();
        registry.remove(entry);
        open.remove(this);
    }

    void awaitQuiet(long deadlineNanos) {
        entry.mailbox().awaitQuiet(deadlineNanos);
    }

    private boolean mayWait() {
        return !entry.mailbox().isRunHere() && !onOurThread.getAsBoolean();
    }

    @Override
    public String toString() {
        return "subscription to " + topic();
    }
}
