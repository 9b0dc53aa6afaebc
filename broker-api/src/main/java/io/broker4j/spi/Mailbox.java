package io.broker4j.spi;

import io.broker4j.BrokerEvent;
import io.broker4j.Codec;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers to one subscriber: one message at a time, whichever thread runs it. The one place that catches what a subscriber
 * throws.
 *
 * <p>A thread claims the mailbox, delivers, gives it back, and then looks again: what was appended between its last look and
 * giving back found the mailbox claimed and relies on that.
 */
final class Mailbox<T> {
    /** Messages delivered before the group's other mailboxes have their turn. */
    private static final int BATCH = 64;

    private static final ThreadLocal<@Nullable Mailbox<?>> RUNNING = new ThreadLocal<>();

    private final MailboxGroup group;
    private final Cursor cursor;
    private final String topic;
    private final Codec<T> codec;
    private final Subscriber<T> subscriber;
    private final SubscribeOptions options;
    private final Events events;

    private final AtomicBoolean claimed = new AtomicBoolean();
    /** Position after which nothing is delivered: set when closing. */
    private volatile long end = Long.MAX_VALUE;

    private volatile boolean closed;
    private volatile long droppedAtEnd;

    private final Tally delivered = new Tally();
    private final Tally failed = new Tally();

    @SuppressWarnings("unchecked") // a Message<T> only produces its payload
    Mailbox(
            MailboxGroup group,
            String topic,
            Codec<T> codec,
            Subscriber<? super T> subscriber,
            SubscribeOptions options,
            Events events) {
        this.group = group;
        this.cursor = new Cursor(group.backlog(), topic, options);
        this.topic = topic;
        this.codec = codec;
        this.subscriber = (Subscriber<T>) subscriber;
        this.options = options;
        this.events = events;
    }

    SubscribeOptions options() {
        return options;
    }

    Cursor cursor() {
        return cursor;
    }

    Subscription.Stats stats() {
        return closed
                ? new Subscription.Stats(delivered.get(), droppedAtEnd, failed.get(), 0, OptionalLong.empty())
                : new Subscription.Stats(
                        delivered.get(), cursor.dropped(), failed.get(), cursor.queued(), OptionalLong.empty());
    }

    /** Delivers what waits, unless another thread does. */
    void run(Turn turn) {
        while (cursor.isBehind() && !isDone() && claimed.compareAndSet(false, true)) {
            boolean more = false;
            try {
                more = deliverBatch(turn);
            } finally {
                giveBack();
            }
            if (more) {
                group.wake();
                return;
            }
        }
    }

    /** Whether more is waiting. */
    private boolean deliverBatch(Turn turn) {
        turn.mailboxBegins();
        RUNNING.set(this);
        try {
            for (int i = 0; i < BATCH || cursor.hasGaps() || turn.isOver(); i++) {
                Object next = next();
                if (next == null) {
                    return false;
                }
                deliver(next);
            }
            return true;
        } finally {
            RUNNING.remove();
            turn.mailboxEnds();
        }
    }

    /** What to deliver next: after the end only the gaps already found, after closing nothing. */
    private @Nullable Object next() {
        return closed || isPastEnd() && !cursor.hasGaps() ? null : cursor.next();
    }

    private void deliver(Object next) {
        try {
            if (next instanceof Delivery delivery) {
                deliver(delivery);
            } else {
                deliver((Gap) next);
            }
        } catch (Throwable thrown) {
            failed.add(1);
            String id = next instanceof Delivery delivery ? delivery.id() : "";
            events.emit(new BrokerEvent.HandlerFailed(topic, id, thrown));
        }
    }

    private void deliver(Delivery delivery) throws Exception {
        Message<T> message;
        try {
            message = delivery.message(codec);
        } catch (Throwable thrown) {
            failed.add(1);
            events.emit(new BrokerEvent.Undecodable(delivery.topic(), delivery.id(), thrown));
            return;
        }
        if (closed) {
            return; // while it was decoded
        }
        subscriber.onMessage(message);
        delivered.add(1);
    }

    private void deliver(Gap gap) throws Exception {
        if (gap.reason() == Gap.Reason.OVERFLOW) {
            events.emit(new BrokerEvent.Dropped(topic, gap.count().orElse(0)));
        }
        subscriber.onGap(gap);
    }

    private boolean isDone() {
        return closed || isPastEnd();
    }

    private boolean isPastEnd() {
        return end != Long.MAX_VALUE && cursor.hasPassed(end);
    }

    private void giveBack() {
        claimed.set(false);
        if (closed || end != Long.MAX_VALUE) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Whether the calling thread is in a handler call of this mailbox. */
    boolean isRunHere() {
        return RUNNING.get() == this;
    }

    /** Whether the calling thread is in a handler call of the broker with these events. */
    static boolean isRunHereFor(Events events) {
        Mailbox<?> running = RUNNING.get();
        return running != null && running.events == events;
    }

    /** Delivers what waits now and nothing after it, until a deadline. */
    void drain(long deadlineNanos) {
        end = Math.min(end, group.backlog().newest().position);
        group.wake();
        await(() -> cursor.hasPassed(end) && !claimed.get(), deadlineNanos);
    }

    /** No further handler call starts. */
    void close() {
        if (!closed) {
            droppedAtEnd = cursor.dropped();
            closed = true;
        }
    }

    /** Waits for the handler call in progress, until a deadline. */
    void awaitQuiet(long deadlineNanos) {
        await(() -> !claimed.get(), deadlineNanos);
    }

    private synchronized void await(BooleanSupplier condition, long deadlineNanos) {
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            long nanos = deadlineNanos - System.nanoTime();
            if (nanos <= 0) {
                break;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, nanos);
            } catch (InterruptedException asked) {
                interrupted = true;
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
