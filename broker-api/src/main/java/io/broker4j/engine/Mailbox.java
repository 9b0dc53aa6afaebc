package io.broker4j.engine;

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
 * Delivers to one subscriber, one message at a time, whichever thread runs the mailbox. No other class catches
 * exceptions of a subscriber.
 *
 * <p>A thread claims the mailbox, delivers, gives the claim back, and then looks again. The last look is necessary: a
 * message appended between the previous look and giving back found the mailbox claimed, so its sender started no other
 * thread. While a handler's stage is not complete, the mailbox stays claimed, but by no thread.
 */
final class Mailbox<T> {
    /** Messages delivered before the group's other mailboxes have their turn. */
    private static final int BATCH = 64;

    /** How a run of the mailbox ended. */
    private enum After {
        /** Nothing waits, or delivery has ended. */
        ALL,
        /** More may wait; other mailboxes have their turn first. */
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
    /** The last entry to deliver: set when closing. */
    private volatile Backlog.@Nullable Entry end;

    private volatile boolean closed;

    /** The last message whose handling has begun and whose stage is not complete. */
    private volatile @Nullable Unsettled unsettled;

    /**
     * How many messages were taken out but not handled, because closing began in between: 0 or 1.
     * Written by the thread with the claim.
     */
    private volatile int takenInVain;

    private final AtomicBoolean told = new AtomicBoolean();
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

    /** Delivers the waiting messages, unless another thread does or a stage is awaited. */
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
                return; // do not touch any state: the thread that completed the stage may be delivering already
            }
            if (after == After.BATCH) {
                group.wake();
                return;
            }
        }
    }

    /** Whether a message waits and no thread delivers it. */
    boolean isUnattended() {
        return cursor.isBehind() && !claimed.get() && !isDone();
    }

    private After deliverBatch(Turn turn) {
        turn.mailboxBegins();
        Thread.interrupted(); // no handler call may see an interrupt of another call, or of the owner of this thread
        UserCall call = UserCall.begin(events, this);
        try {
            for (int i = 0; i < BATCH || cursor.hasGaps() || turn.isOver(); i++) {
                Object next = next();
                if (next == null) {
                    return After.ALL;
                }
                if (!deliver(next, call)) {
                    return After.UNFINISHED;
                }
            }
            return After.BATCH;
        } finally {
            call.end();
        }
    }

    /**
     * The next item to deliver. After {@code end} only gaps that were already found; after closing
     * nothing.
     */
    private @Nullable Object next() {
        return closed || isPastEnd() && !cursor.hasGaps() ? null : cursor.next();
    }

    /** False while the handler's stage is running; the mailbox stays claimed until the stage completes. */
    private boolean deliver(Object next, UserCall call) {
        try {
            if (next instanceof Delivery delivery) {
                return deliver(delivery, call);
            }
            deliver((Gap) next);
            return true;
        } finally {
            Thread.interrupted(); // user code may have left an interrupt
        }
    }

    private boolean deliver(Delivery delivery, UserCall call) {
        Message<T> message;
        call.setDecoding(true);
        try {
            message = delivery.message(codec);
        } catch (Throwable thrown) {
            undecodable(delivery, thrown);
            return true;
        } finally {
            call.setDecoding(false);
        }
        if (closed) {
            takenInVain = 1;
            return true;
        }
        return !group.source().wants(delivery) || handle(message, delivery);
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
                Unsettled begun = new Unsettled(stage, delivery);
                unsettled = begun;
                stage.handle((nothing, later) -> resume(begun));
                return false;
            }
            failure = stage.isCompletedExceptionally() ? failureOf(stage) : null;
        } catch (Throwable thrown) {
            unsettled = null;
            failure = thrown;
        }
        settle(delivery, failure);
        return true;
    }

    private static @Nullable Throwable failureOf(CompletableFuture<?> stage) {
        return stage.<@Nullable Throwable>handle((nothing, failure) -> failure).join();
    }

    /**
     * Finishes the work of {@link #handle}, on the thread that completed the stage, or on a closing thread that finds
     * it complete.
     */
    private @Nullable Void resume(Unsettled begun) {
        if (begun.resumed.compareAndSet(false, true)) {
            unsettled = null;
            try {
                settle(begun.delivery, begun.stage.isCompletedExceptionally() ? failureOf(begun.stage) : null);
            } finally {
                giveBack();
                group.wake();
            }
        }
        return null;
    }

    /** A message whose stage was not complete when the handler returned. */
    private static final class Unsettled {
        final CompletableFuture<?> stage;
        final Delivery delivery;
        final AtomicBoolean resumed = new AtomicBoolean();

        Unsettled(CompletableFuture<?> stage, Delivery delivery) {
            this.stage = stage;
            this.delivery = delivery;
        }
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

    boolean isClosed() {
        return closed;
    }

    private boolean isDone() {
        return closed || isPastEnd();
    }

    private boolean isPastEnd() {
        Backlog.Entry last = end;
        return last != null && cursor.hasPassed(last.position);
    }

    private void giveBack() {
        claimed.set(false);
        if (closed || end != null) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Takes no more messages; the messages that wait now are still delivered. */
    synchronized void stop() {
        if (end == null) {
            end = group.backlog().newest();
        }
    }

    boolean isStopped() {
        return end != null;
    }

    /** Waits until every message before the stop is delivered, or until a deadline. */
    void awaitDrained(long deadlineNanos) {
        if (isUnattended()) {
            group.wake();
        }
        await(() -> (closed || isPastEnd()) && !claimed.get(), deadlineNanos);
    }

    /** No further handler call starts. */
    void close() {
        stop();
        if (!closed) {
            droppedAtEnd = cursor.dropped();
            closed = true;
            synchronized (this) {
                notifyAll(); // nothing more is delivered: ends the waits for it
            }
        }
    }

    /** Waits for the handler call in progress, until a deadline. */
    void awaitQuiet(long deadlineNanos) {
        await(() -> !claimed.get(), deadlineNanos);
    }

    private void await(BooleanSupplier condition, long deadlineNanos) {
        Unsettled begun = unsettled;
        if (begun != null && begun.stage.isDone()) {
            resume(begun); // the waiting thread may be the one that completed the stage
        }
        Deadline.await(deadlineNanos, nanos -> awaitChange(condition, nanos));
    }

    private synchronized boolean awaitChange(BooleanSupplier condition, long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !condition.getAsBoolean(); left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return condition.getAsBoolean();
    }

    /** Messages that waited at the stop and reached no handler. Valid once the mailbox is closed and quiet. */
    long undelivered() {
        Backlog.Entry last = end;
        long waiting = last == null ? 0 : Math.max(0, last.messages - cursor.last().messages);
        return waiting + cursor.refused() + takenInVain;
    }

    /** Reports once the number of undelivered messages. */
    void tellUndelivered(long count) {
        if (told.compareAndSet(false, true) && count > 0) {
            events.emit(new BrokerEvent.Undelivered(topic, count));
        }
    }
}
