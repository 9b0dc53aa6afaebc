package io.broker4j.engine;

import io.broker4j.Gap;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox's place in its group's {@link Backlog}, and the bounds on what may wait there for this
 * mailbox. Overflow is noticed when the next message is requested. The cursor then skips the oldest
 * entries, exactly as many as removal on arrival would have taken, and first returns a gap with
 * their number.
 *
 * <p>One thread at a time calls {@link #next}, and the caller orders these calls; any thread may call the other
 * methods.
 */
final class Cursor {
    private static final VarHandle LAST;

    static {
        try {
            LAST = MethodHandles.lookup().findVarHandle(Cursor.class, "last", Backlog.Entry.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Replaced by a copy when the mailbox stops before its neighbours. */
    private volatile Backlog backlog;

    private final String topic;
    private final long maxMessages;
    private final long maxBytes;

    /** Gaps to return before anything else. */
    private final Queue<Gap> gaps = new ArrayDeque<>();

    /** The last entry read or skipped. */
    private volatile Backlog.Entry last;

    /** The totals of missing messages that have been announced, as the entries count them. */
    private long missingTold;

    private int uncountedTold;

    private final Tally dropped = new Tally();

    /** Starts after the entries that the backlog holds now. */
    Cursor(Backlog backlog, String topic, SubscribeOptions options) {
        boolean skips = options.overflow() == Overflow.DROP_OLDEST;
        this.backlog = backlog;
        this.topic = topic;
        this.maxMessages = skips ? options.maxMessages() : Long.MAX_VALUE;
        this.maxBytes = skips ? options.maxBytes() : Long.MAX_VALUE;
        this.last = backlog.newest();
        this.missingTold = last.missing;
        this.uncountedTold = last.uncounted;
    }

    /** The next {@link Delivery} or {@link Gap}, or null. */
    @Nullable
    Object next() {
        while (gaps.isEmpty()) {
            Backlog from = backlog;
            Backlog.Entry newest = from.newest();
            if (newest.position <= last.position) {
                return null;
            }
            Backlog.Entry entry = fits(last, newest) ? from.at(last.position + 1) : null;
            Object content = entry == null ? null : entry.content();
            Backlog.Entry reached = entry == null || content == null ? afterSkipping(from, newest) : entry;
            VarHandle.acquireFence(); // what was read above was read before the next look
            if (from != backlog) {
                continue; // it may have dropped what the copy still has
            }
            if (content == null) {
                skip(reached);
            } else if (missingTold == reached.missing && uncountedTold == reached.uncounted) {
                LAST.setRelease(this, reached);
                return told(content);
            } else {
                missingTold = reached.missing;
                uncountedTold = reached.uncounted;
                return reached.before();
            }
        }
        return gaps.remove();
    }

    private Object told(Object content) {
        if (content instanceof Renewal renewal) {
            renewal.tell();
            return Gap.of(topic, Gap.Reason.DISCONNECTED);
        }
        if (content instanceof Refused refused) {
            Refused.Account account = refused.tell();
            addMissing(account.missing(), account.uncounted());
            gaps.add(overflow(account.count()));
            return gaps.remove();
        }
        return content;
    }

    private void skip(Backlog.Entry to) {
        Backlog.Entry from = last;
        if (to.renewals != from.renewals) {
            gaps.add(Gap.of(topic, Gap.Reason.DISCONNECTED));
        }
        addMissing(to.missing - missingTold, to.uncounted != uncountedTold);
        if (to.messages > from.messages) {
            gaps.add(overflow(to.messages - from.messages));
        }
        missingTold = to.missing;
        uncountedTold = to.uncounted;
        last = to;
    }

    private void addMissing(long missing, boolean uncounted) {
        if (uncounted) {
            gaps.add(Gap.of(topic, Gap.Reason.SEQUENCE));
        } else if (missing > 0) {
            gaps.add(Gap.of(topic, Gap.Reason.SEQUENCE, missing));
        }
    }

    /** The last entry to skip so that the entries after it fit and are still there. */
    private Backlog.Entry afterSkipping(Backlog from, Backlog.Entry newest) {
        Backlog.Entry to = last;
        while (to.position < newest.position && !(fits(to, newest) && from.holds(to.position + 1))) {
            Backlog.Entry following = from.at(to.position + 1);
            Backlog.Entry further = following == null ? from.dropped() : following;
            to = further.position > to.position
                    ? further
                    : to; // this thread may not see yet what another thread has dropped
        }
        return to;
    }

    private boolean fits(Backlog.Entry read, Backlog.Entry newest) {
        return newest.messages - read.messages <= maxMessages && newest.bytes - read.bytes <= maxBytes;
    }

    private Gap overflow(long count) {
        dropped.add(count);
        return Gap.of(topic, Gap.Reason.OVERFLOW, count);
    }

    /**
     * Whether {@link #next} returns a gap even if nothing more arrives. Only for the thread that
     * calls {@link #next}.
     */
    boolean hasGaps() {
        return !gaps.isEmpty();
    }

    /** Whether the backlog has an entry after the last entry read. */
    boolean isBehind() {
        return last.position < backlog.newest().position;
    }

    /** Whether everything up to a position has been read or skipped. */
    boolean hasPassed(long position) {
        return last.position >= position;
    }

    /** The last entry read or skipped. */
    Backlog.Entry last() {
        return last;
    }

    /**
     * Goes on reading a copy of what is there now, so that later entries push nothing out. Called
     * by the writer of the backlog.
     */
    void keep() {
        Backlog from = backlog;
        backlog = from.copyAfter(afterSkipping(from, from.newest()));
    }

    /** Messages waiting now. */
    long queued() {
        Backlog from = backlog;
        Backlog.Entry newest = from.newest();
        Backlog.Entry read = afterSkipping(from, newest);
        return Math.max(0, newest.messages - read.messages - lostBetween(from, read, newest));
    }

    /** Refused messages that have not been announced yet. */
    long refused() {
        return backlog.refused();
    }

    /** Messages removed by overflow so far, announced or not. */
    long dropped() {
        Backlog from = backlog;
        Backlog.Entry read = last;
        Backlog.Entry newest = from.newest();
        Backlog.Entry kept = afterSkipping(from, newest);
        long skipped = Math.max(0, kept.messages - read.messages);
        return dropped.get() + skipped + lostBetween(from, kept, newest) + from.refused();
    }

    /** Messages that were dropped on arrival while earlier messages still wait. */
    private static long lostBetween(Backlog backlog, Backlog.Entry from, Backlog.Entry newest) {
        long lost = 0;
        for (long position = from.position + 1; position <= newest.position; position++) {
            lost += backlog.holds(position) ? 0 : 1;
        }
        return lost;
    }
}
