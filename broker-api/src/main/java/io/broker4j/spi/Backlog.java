package io.broker4j.spi;

import io.broker4j.Gap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the mailboxes of one {@link MailboxGroup}: stored once, however many mailboxes there are, each of which
 * reads it with its own {@link Cursor}. So publishing costs the same for one subscriber and for a thousand.
 *
 * <p>Writers take the lock; readers do not. Entries are numbered without holes. The newest entry is published by a volatile
 * write after its slot, so a reader that has seen the newest finds every older slot filled; a slot that holds another
 * position, or an entry without content, has been dropped meanwhile, which the reader accounts for as overflow.
 */
final class Backlog {
    private static final int MAX_GAP_ENTRIES = 256;
    private static final int MAX_REMEMBERED_GAPS = 64;

    /** One message or gap, with the totals of all up to and including it. */
    static final class Entry {
        final long position;
        final long messages;
        final long bytes;
        private @Nullable Object content;

        Entry(long position, long messages, long bytes, @Nullable Object content) {
            this.position = position;
            this.messages = messages;
            this.bytes = bytes;
            this.content = content;
        }

        /** A {@link Delivery}, a {@link Gap} or a {@link Refused}; null once dropped. */
        @Nullable
        Object content() {
            return content;
        }
    }

    private record PlacedGap(long position, Gap gap) {}

    /** Guarded by this for writing. */
    private volatile Entry[] ring = new Entry[8];

    /** Guarded by this for writing. */
    private volatile Entry newest = new Entry(-1, 0, 0, null);

    /** Totals before the oldest entry held. Guarded by this for writing. */
    private volatile Entry dropped = newest;

    /** Guarded by this. */
    private int maxMessages = 1;

    /** Guarded by this. */
    private long maxBytes = 1;

    /** Gaps some reader may still have to tell, also when their entry is dropped. Guarded by this. */
    private final Deque<PlacedGap> gaps = new ArrayDeque<>();

    /** Guarded by this. */
    private @Nullable Refused lastRefused;

    /** Holds as much as the largest mailbox may. */
    synchronized void bound(int messages, long bytes) {
        maxMessages = messages;
        maxBytes = bytes;
    }

    synchronized void append(Delivery delivery) {
        append(delivery, 1, delivery.size());
        while (newest.messages - dropped.messages > maxMessages || newest.bytes - dropped.bytes > maxBytes) {
            dropOldest();
        }
    }

    synchronized void append(Gap gap) {
        append(gap, 0, 0);
        gaps.add(new PlacedGap(newest.position, gap));
        if (gaps.size() > MAX_REMEMBERED_GAPS) {
            PlacedGap oldest = gaps.remove();
            PlacedGap next = gaps.remove();
            gaps.addFirst(new PlacedGap(next.position, Gap.of(next.gap.topic(), oldest.gap.reason())));
        }
        while (newest.position - dropped.position > (long) maxMessages + MAX_GAP_ENTRIES) {
            dropOldest();
        }
    }

    /** For a group of one mailbox that refuses what it has no room for: appends it, or counts it in one marker. */
    synchronized void appendOrRefuse(Delivery delivery, long messagesRead, long bytesRead) {
        boolean full = newest.messages + 1 - messagesRead > maxMessages
                || newest.bytes + delivery.size() - bytesRead > maxBytes;
        if (!full) {
            append(delivery, 1, delivery.size());
        } else if (!(lastRefused != null && lastRefused.add())) {
            lastRefused = new Refused();
            append(lastRefused, 0, 0);
        }
    }

    private void append(Object content, int messages, long bytes) {
        Entry last = newest;
        Entry entry = new Entry(last.position + 1, last.messages + messages, last.bytes + bytes, content);
        Entry[] slots = ring;
        if (entry.position - dropped.position > slots.length) {
            slots = grow();
        }
        slots[index(slots, entry.position)] = entry;
        newest = entry;
    }

    private Entry[] grow() {
        Entry[] small = ring;
        Entry[] large = new Entry[small.length * 2];
        for (long position = dropped.position + 1; position <= newest.position; position++) {
            large[index(large, position)] = small[index(small, position)];
        }
        ring = large;
        return large;
    }

    private void dropOldest() {
        Entry[] slots = ring;
        Entry oldest = slots[index(slots, dropped.position + 1)];
        oldest.content = null;
        dropped = oldest;
    }

    /** Forgets what every reader has read: all before {@code position}. */
    synchronized void release(long position) {
        while (dropped.position + 1 < position) {
            dropOldest();
        }
        while (!gaps.isEmpty() && gaps.element().position < position) {
            gaps.remove();
        }
    }

    /** The gaps placed from one position until before another. */
    synchronized List<Gap> gapsBetween(long from, long to) {
        List<Gap> found = new ArrayList<>();
        for (PlacedGap placed : gaps) {
            if (placed.position >= from && placed.position < to) {
                found.add(placed.gap);
            }
        }
        return found;
    }

    /** Messages refused that no reader has been told of. */
    synchronized long refused() {
        return lastRefused == null ? 0 : lastRefused.untold();
    }

    /** The newest entry, whose content must not be used: it may be dropped already. */
    Entry newest() {
        return newest;
    }

    /** The newest of the entries that were dropped or released. */
    Entry dropped() {
        return dropped;
    }

    /** The entry at a position not above that of {@link #newest()}, or null if another has taken its slot. */
    @Nullable
    Entry at(long position) {
        Entry[] slots = ring;
        Entry entry = slots[index(slots, position)];
        return entry != null && entry.position == position ? entry : null;
    }

    private static int index(Entry[] slots, long position) {
        return (int) position & slots.length - 1;
    }
}
