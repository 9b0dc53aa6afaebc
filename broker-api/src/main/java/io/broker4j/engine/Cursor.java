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

    private final Backlog backlog;
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
            Backlog.Entry newest = backlog.newest();
            if (newest.position <= last.position) {
                return null;
            }
            Backlog.Entry entry = fits(last, newest) ? backlog.at(last.position + 1) : null;
            Object content = entry == null ? null : entry.content();
            if (entry == null || content == null) {
                skip(newest);
            } else if (missingTold == entry.missing && uncountedTold == entry.uncounted) {
                LAST.setRelease(this, entry);
                return told(content);
            } else {
                missingTold = entry.missing;
                uncountedTold = entry.uncounted;
                return entry.before();
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

    private void skip(Backlog.Entry newest) {
        Backlog.Entry from = last;
        Backlog.Entry to = afterSkipping(newest);
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
    private Backlog.Entry afterSkipping(Backlog.Entry newest) {
        Backlog.Entry to = last;
        while (to.position < newest.position && !(fits(to, newest) && isHeld(to.position + 1))) {
            Backlog.Entry following = backlog.at(to.position + 1);
            Backlog.Entry further = following == null ? backlog.dropped() : following;
            to = further.position > to.position
                    ? further
                    : to; // this thread may not see yet what another thread has dropped
        }
        return to;
    }

    private boolean fits(Backlog.Entry read, Backlog.Entry newest) {
        return newest.messages - read.messages <= maxMessages && newest.bytes - read.bytes <= maxBytes;
    }

    private boolean isHeld(long position) {
        Backlog.Entry entry = backlog.at(position);
        return entry != null && entry.content() != null;
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

    /** Messages waiting now. */
    long queued() {
        Backlog.Entry newest = backlog.newest();
        Backlog.Entry from = afterSkipping(newest);
        return Math.max(0, newest.messages - from.messages - lostBetween(from, newest));
    }

    /** Refused messages that have not been announced yet. */
    long refused() {
        return backlog.refused();
    }

    /** Messages removed by overflow so far, announced or not. */
    long dropped() {
        Backlog.Entry read = last;
        Backlog.Entry newest = backlog.newest();
        Backlog.Entry from = afterSkipping(newest);
        long skipped = Math.max(0, from.messages - read.messages);
        return dropped.get() + skipped + lostBetween(from, newest) + backlog.refused();
    }

    /** Messages that were dropped on arrival while earlier messages still wait. */
    private long lostBetween(Backlog.Entry from, Backlog.Entry newest) {
        long lost = 0;
        for (long position = from.position + 1; position <= newest.position; position++) {
            lost += isHeld(position) ? 0 : 1;
        }
        return lost;
    }
}
