package io.broker4j.engine;

import io.broker4j.Gap;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.spi.Limits;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The mailboxes of one physical subscription that run on the same scheduler. They share one {@link Backlog} and are
 * scheduled together, so a message costs one append and one hand-off for all of them.
 *
 * <p>{@code add}, {@code remove} and {@code append} are called under the lock of the {@link Channel}, or by the one
 * {@link Source}, one call at a time.
 */
final class MailboxGroup extends Work {
    private static final Mailbox<?>[] NONE = {};

    private final Backlog backlog = new Backlog();
    private final Scheduler scheduler;
    private final boolean shared;
    private final boolean refusesNewest;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Source source;
    private final Runnable inlineSweep = this::sweepInline;
    private volatile Mailbox<?>[] mailboxes = NONE;

    /** Set when every mailbox has stopped, so nothing is appended any more. Used by the writer. */
    private boolean stopped;

    private MailboxGroup(Scheduler scheduler, boolean shared, boolean refusesNewest, Source source) {
        this.scheduler = scheduler;
        this.shared = shared;
        this.refusesNewest = refusesNewest;
        this.source = source;
    }

    MailboxGroup(Scheduler scheduler, SubscribeOptions options) {
        this(scheduler, isSharing(options), options.overflow() == Overflow.DROP_NEWEST, Source.NONE);
    }

    /** A group of one mailbox, whose source appends only as much as there is room for. */
    static MailboxGroup fedBy(Source source, Scheduler scheduler) {
        return new MailboxGroup(scheduler, false, false, source);
    }

    /** Whether another mailbox may join. */
    boolean accepts(Scheduler other, SubscribeOptions options) {
        return shared && !stopped && scheduler == other && isSharing(options);
    }

    /** A mailbox that refuses arrivals cannot share a backlog, because what it refuses depends on its own cursor. */
    private static boolean isSharing(SubscribeOptions options) {
        return options.overflow() == Overflow.DROP_OLDEST
                && options.maxBytes() >= Limits.MAX_PAYLOAD_BYTES + Limits.MAX_HEADERS_BYTES;
    }

    Backlog backlog() {
        return backlog;
    }

    void add(Mailbox<?> mailbox) {
        Mailbox<?>[] longer = Arrays.copyOf(mailboxes, mailboxes.length + 1);
        longer[mailboxes.length] = mailbox;
        replace(longer);
    }

    /** Removes a mailbox; false if it was not here. */
    boolean remove(Mailbox<?> mailbox) {
        Mailbox<?>[] others =
                Arrays.stream(mailboxes).filter(other -> other != mailbox).toArray(Mailbox<?>[]::new);
        boolean found = others.length < mailboxes.length;
        replace(others);
        return found;
    }

    /**
     * Stops a mailbox of this group. What waits for it must survive later messages for the others.
     *
     * @param moreComes whether anything is appended to this group later
     */
    void stop(Mailbox<?> mailbox, boolean moreComes) {
        if (!Arrays.asList(mailboxes).contains(mailbox)) {
            return;
        }
        mailbox.stop();
        stopped = Arrays.stream(mailboxes).allMatch(Mailbox::isStopped);
        if (moreComes && !stopped) {
            mailbox.cursor().keep();
        }
    }

    private void replace(Mailbox<?>[] replacement) {
        mailboxes = replacement;
        int messages = 1;
        long bytes = 1;
        for (Mailbox<?> mailbox : replacement) {
            messages = Math.max(messages, mailbox.options().maxMessages());
            bytes = Math.max(bytes, mailbox.options().maxBytes());
        }
        backlog.bound(messages, bytes);
    }

    /** Whether every mailbox is closed. */
    boolean isClosed() {
        return Arrays.stream(mailboxes).allMatch(Mailbox::isClosed);
    }

    boolean isEmpty() {
        return mailboxes.length == 0;
    }

    void append(Delivery delivery, long missing) {
        if (stopped) {
            return;
        }
        if (refusesNewest) {
            backlog.appendOrRefuse(delivery, missing, mailboxes[0].cursor().last());
        } else {
            backlog.append(delivery, missing);
        }
    }

    void append(Gap found) {
        backlog.append(found);
    }

    Source source() {
        return source;
    }

    void appendRenewal() {
        if (!stopped) {
            backlog.appendRenewal();
        }
    }

    /** Schedules the mailboxes, because there is something to deliver. */
    @Override
    void wake() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            scheduler.schedule(this);
        }
    }

    /** Allows the next wake to schedule again, even if no sweep has followed the last wake. */
    void unschedule() {
        scheduled.set(false);
    }

    /** A sweep whose turn has no end; always the same object. */
    Runnable inlineSweep() {
        return inlineSweep;
    }

    /**
     * Hides an interrupt of the calling thread from handlers, and restores it afterwards: the
     * thread is not one of the broker's.
     */
    private void sweepInline() {
        boolean interrupted = Thread.interrupted();
        try {
            sweep(Turn.ENDLESS);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs every mailbox that has messages waiting and is not being run by another thread. */
    @Override
    void sweep(Turn turn) {
        unschedule(); // before looking: a message appended from here on wakes again
        for (Mailbox<?> mailbox : mailboxes) {
            if (turn.isOver()) {
                break;
            }
            mailbox.run(turn);
        }
        releaseRead();
        source.swept();
    }

    @Override
    int unattended() {
        int count = 0;
        for (Mailbox<?> mailbox : mailboxes) {
            count += mailbox.isUnattended() ? 1 : 0;
        }
        return count;
    }

    private void releaseRead() {
        long read = backlog.newest().position;
        for (Mailbox<?> mailbox : mailboxes) {
            read = Math.min(read, mailbox.cursor().last().position);
        }
        backlog.release(read + 1);
    }
}
