package io.broker4j.spi;

import io.broker4j.Position;
import io.broker4j.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The user's end of a mailbox. */
final class EngineSubscription implements Subscription {
    private final Feed feed;
    private final BooleanSupplier onOurThread;
    private final Duration closeTimeout;
    private final Set<EngineSubscription> open;

    /** Is in the set {@code open} until it ends. */
    EngineSubscription(Feed feed, BooleanSupplier onOurThread, Duration closeTimeout, Set<EngineSubscription> open) {
        this.feed = feed;
        this.onOurThread = onOurThread;
        this.closeTimeout = closeTimeout;
        this.open = open;
        open.add(this);
    }

    @Override
    public String topic() {
        return feed.topic();
    }

    @Override
    public Optional<Position> position() {
        return feed.position();
    }

    @Override
    public Stats stats() {
        return feed.mailbox().stats(feed.queued(), feed.lag());
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
        long deadline = Deadline.in(Deadline.checkDrain(drain));
        if (mayWait()) {
            drain(deadline);
        }
        end();
        if (mayWait()) {
            awaitQuiet(deadline);
        }
    }

    void drain(long deadlineNanos) {
        feed.drain(deadlineNanos);
    }

    /** No further handler call starts. */
    void silence() {
        feed.mailbox().close();
    }

    /** No further handler call starts, and the medium may forget us. */
    void end() {
        silence();
        feed.end();
        open.remove(this);
    }

    void awaitQuiet(long deadlineNanos) {
        feed.mailbox().awaitQuiet(deadlineNanos);
        feed.awaitSettled(deadlineNanos);
    }

    private boolean mayWait() {
        return !feed.mailbox().isRunHere() && !onOurThread.getAsBoolean();
    }

    @Override
    public String toString() {
        return "subscription to " + topic();
    }
}
