package io.broker4j.spi;

import io.broker4j.BrokerEvent;
import io.broker4j.Codec;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers to one subscriber: one message at a time, whichever thread runs it. The one place that catches what a subscriber
 * throws.
 *
 * <p>A thread claims the mailbox, delivers, gives it back, and then looks again: what was appended between its last look and
 * giving back found the mailbox claimed and relies on that. While a handler's stage is not complete the mailbox stays claimed by
 * no thread.
 */
final class Mailbox<T> {
    /** Messages delivered before the group's other mailboxes have their turn. */
    private static final int BATCH = 64;

    private static final ThreadLocal<@Nullable Mailbox<?>> RUNNING = new ThreadLocal<>();

    /** How delivering came to an end. */
    private enum After {
        /** Nothing waits, or nothing is to be delivered any more. */
        ALL,
        /** More may wait, and others have their turn. */
        BATCH,
        /** The last message's stage is not complete, and the mailbox stays claimed. */
        UNFINISHED
    }

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

    Subscription.Stats stats(long queued, OptionalLong lag) {
        return closed
                ? new Subscription.Stats(delivered.get(), droppedAtEnd, failed.get(), 0, lag)
                : new Subscription.Stats(delivered.get(), cursor.dropped(), failed.get(), queued, lag);
    }

    /** Delivers what waits, unless another thread does or a stage is awaited. */
    void run(Turn turn) {
        while (cursor.isBehind() && !isDone() && claimed.compareAndSet(false, true)) {
            After after = After.ALL;
            try {
                after = deliverBatch(turn);
            } finally {
                if (after != After.UNFINISHED) {
                    giveBack();
                }
            }
            if (after == After.UNFINISHED) {
                return; // not even to be looked at: whoever completes the stage may have gone on already
            }
            if (after == After.BATCH) {
                group.wake();
                return;
            }
        }
    }

    /** Whether something waits and no thread delivers it. */
    boolean isUnattended() {
        return cursor.isBehind() && !claimed.get() && !isDone();
    }

    private After deliverBatch(Turn turn) {
        turn.mailboxBegins();
        Thread.interrupted(); // no handler call is to see the interrupt of another, or of who lends this thread
        RUNNING.set(this);
        try {
            for (int i = 0; i < BATCH || cursor.hasGaps() || turn.isOver(); i++) {
                Object next = next();
                if (next == null) {
                    return After.ALL;
                }
                if (!deliver(next)) {
                    return After.UNFINISHED;
                }
            }
            return After.BATCH;
        } finally {
            RUNNING.remove();
        }
    }

    /** What to deliver next: after the end only the gaps already found, after closing nothing. */
    private @Nullable Object next() {
        return closed || isPastEnd() && !cursor.hasGaps() ? null : cursor.next();
    }

    /** Whether it is finished; if not, its claim goes over to who completes the stage. */
    private boolean deliver(Object next) {
        try {
            if (next instanceof Delivery delivery) {
                return deliver(delivery);
            }
            deliver((Gap) next);
            return true;
        } finally {
            Thread.interrupted(); // left behind by user code
        }
    }

    private boolean deliver(Delivery delivery) {
        Message<T> message;
        try {
            message = delivery.message(codec);
        } catch (Throwable thrown) {
            undecodable(delivery, thrown);
            return true;
        }
        return closed || !group.source().wants(delivery) || handle(message, delivery);
    }

    private void undecodable(Delivery delivery, Throwable thrown) {
        if (group.source().wants(delivery)) {
            failed.add(1);
            events.emit(new BrokerEvent.Undecodable(delivery.topic(), delivery.id(), thrown));
            group.source().undecodable(delivery, thrown);
        }
    }

    private boolean handle(Message<T> message, Delivery delivery) {
        Throwable failure;
        try {
            CompletableFuture<?> stage = subscriber.handle(message).toCompletableFuture();
            if (!stage.isDone()) {
                stage.handle((nothing, later) -> resume(delivery, later));
                return false;
            }
            failure = stage.isCompletedExceptionally() ? failureOf(stage) : null;
        } catch (Throwable thrown) {
            failure = thrown;
        }
        settle(delivery, failure);
        return true;
    }

    private static @Nullable Throwable failureOf(CompletableFuture<?> stage) {
        return stage.<@Nullable Throwable>handle((nothing, failure) -> failure).join();
    }

    /** Ends what {@link #handle} began, on the thread that has completed the stage. */
    private @Nullable Void resume(Delivery delivery, @Nullable Throwable failure) {
        try {
            settle(delivery, failure);
        } finally {
            giveBack();
            group.wake();
        }
        return null;
    }

    private void settle(Delivery delivery, @Nullable Throwable failure) {
        if (failure == null) {
            delivered.add(1);
            group.source().handled(delivery);
            return;
        }
        Throwable cause = EngineFuture.unwrap(failure);
        failed.add(1);
        events.emit(new BrokerEvent.HandlerFailed(topic, delivery.id(), cause));
        group.source().failed(delivery, cause);
    }

    private void deliver(Gap gap) {
        if (gap.reason() == Gap.Reason.OVERFLOW) {
            events.emit(new BrokerEvent.Dropped(topic, gap.count().orElse(0)));
        }
        try {
            subscriber.onGap(gap);
        } catch (Throwable thrown) {
            failed.add(1);
            events.emit(new BrokerEvent.HandlerFailed(topic, "", thrown));
        }
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
