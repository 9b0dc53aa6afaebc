package io.broker4j.engine;

import io.broker4j.Position;
import io.broker4j.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The user's end of a mailbox. */
final class EngineSubscription implements Subscription {
    private final Feed feed;
    private final Duration closeTimeout;
    private final Closer closer;
    private final Set<EngineSubscription> open;

    /** The new subscription stays in the set {@code open} until it ends. */
    EngineSubscription(Feed feed, Duration closeTimeout, Closer closer, Set<EngineSubscription> open) {
        this.feed = feed;
        this.closeTimeout = closeTimeout;
        this.closer = closer;
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
        close(closeTimeout);
    }

    @Override
    public void close(Duration drain) {
        long deadline = Deadline.in(Deadline.checkDrain(drain));
        DeferredCalls.withoutUserCode(() -> close(deadline, drain.isZero()));
    }

    private void close(long deadline, boolean atOnce) {
        stop();
        if (UserCall.isInside(feed.mailbox())) {
            end();
            tellUndelivered();
        } else if (atOnce) {
            finish(deadline);
        } else if (!CloseWaits.run(feed.mailbox(), () -> finish(deadline))) {
            closer.runApart(() -> finish(deadline));
        }
    }

    private void finish(long deadlineNanos) {
        awaitDrained(deadlineNanos);
        end();
        awaitQuiet(deadlineNanos);
        settle(deadlineNanos);
    }

    /** Takes no more messages; the waiting messages are still delivered. */
    void stop() {
        feed.stop();
    }

    void awaitDrained(long deadlineNanos) {
        feed.mailbox().awaitDrained(deadlineNanos);
    }

    /** No further handler call starts. */
    void silence() {
        feed.mailbox().close();
    }

    /** No further handler call starts, and the medium may forget this subscription. */
    void end() {
        silence();
        feed.end();
        open.remove(this);
    }

    void awaitQuiet(long deadlineNanos) {
        feed.mailbox().awaitQuiet(deadlineNanos);
    }

    /**
     * Waits until the medium knows what was handled, or until a deadline. Then reports to listeners
     * what was not delivered.
     */
    void settle(long deadlineNanos) {
        feed.awaitSettled(deadlineNanos);
        tellUndelivered();
    }

    private void tellUndelivered() {
        feed.mailbox().tellUndelivered(feed.undelivered());
    }

    @Override
    public String toString() {
        return "subscription to " + topic();
    }
}
