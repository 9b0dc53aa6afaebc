package io.broker4j.spi;

import io.broker4j.Gap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the mailboxes of one {@link MailboxGroup}: stored once, however many mailboxes there are, each of which
 * reads it with its own {@link Cursor}. So publishing costs the same for one subscriber and for a thousand.
 *
 * <p>One thread at a time writes, under the lock of the {@link Channel}; readers take no lock, and delay nobody. Entries are
 * numbered without holes. The newest entry is published by a volatile write after its slot, so a reader that has seen the
 * newest finds every older slot filled. An entry loses its content when the writer drops it to keep the bounds, or when
 * every reader has read it; a reader that finds no content, or another entry in the slot, has been overtaken and accounts
 * for that as overflow.
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

    private volatile Entry[] ring = new Entry[8];
    private volatile Entry newest = new Entry(-1, 0, 0, null);

    /** The newest of the entries without content that have only such entries before them. Published with {@code newest}. */
    private Entry dropped = newest;

    /** Gaps some reader may still have to tell, also when their entry is dropped. Replaced, never changed. */
    private volatile List<PlacedGap> gaps = List.of();

    private volatile @Nullable Refused refused;

    /** All before this position has been read by every reader. */
    private volatile long released;

    private int maxMessages = 1;
    private long maxBytes = 1;

    /** Holds as much as the largest mailbox may. */
    void bound(int messages, long bytes) {
        maxMessages = messages;
        maxBytes = bytes;
    }

    /** Appends a message; one that could never fit is dropped at once, and does not cost others their place. */
    void append(Delivery delivery) {
        boolean fits = delivery.size() <= maxBytes;
        append(fits ? delivery : null, 1, fits ? delivery.size() : 0);
        while (newest.messages - dropped.messages > maxMessages || newest.bytes - dropped.bytes > maxBytes) {
            dropOldest();
        }
    }

    void append(Gap gap) {
        append(gap, 0, 0);
        remember(new PlacedGap(newest.position, gap));
        while (newest.position - dropped.position > (long) maxMessages + MAX_GAP_ENTRIES) {
            dropOldest();
        }
    }

    private void remember(PlacedGap gap) {
        List<PlacedGap> untold = new ArrayList<>();
        for (PlacedGap known : gaps) {
            if (known.position >= released) {
                untold.add(known);
            }
        }
        untold.add(gap);
        if (untold.size() > MAX_REMEMBERED_GAPS) {
            PlacedGap oldest = untold.remove(0);
            PlacedGap next = untold.get(0);
            untold.set(0, new PlacedGap(next.position, Gap.of(next.gap.topic(), oldest.gap.reason())));
        }
        gaps = List.copyOf(untold);
    }

    /** For a group of one mailbox that refuses what it has no room for: appends it, or counts it in one marker. */
    void appendOrRefuse(Delivery delivery, long messagesRead, long bytesRead) {
        boolean full = newest.messages + 1 - messagesRead > maxMessages
                || newest.bytes + delivery.size() - bytesRead > maxBytes;
        Refused marker = refused;
        if (!full) {
            append(delivery, 1, delivery.size());
        } else if (marker == null || !marker.add()) {
            marker = new Refused();
            refused = marker;
            append(marker, 0, 0);
        }
    }

    private void append(@Nullable Object content, int messages, long bytes) {
        Entry last = newest;
        Entry entry = new Entry(last.position + 1, last.messages + messages, last.bytes + bytes, content);
        Entry[] slots = ring;
        while (dropped.position < last.position && oldest(slots).content == null) {
            dropOldest();
        }
        if (entry.position - dropped.position > slots.length) {
            slots = grow(slots);
        }
        slots[index(slots, entry.position)] = entry;
        newest = entry;
    }

    private Entry[] grow(Entry[] small) {
        Entry[] large = new Entry[small.length * 2];
        for (long position = dropped.position + 1; position <= newest.position; position++) {
            large[index(large, position)] = small[index(small, position)];
        }
        ring = large;
        return large;
    }

    private void dropOldest() {
        Entry oldest = oldest(ring);
        oldest.content = null;
        dropped = oldest;
    }

    private Entry oldest(Entry[] slots) {
        return slots[index(slots, dropped.position + 1)];
    }

    /** For readers: every one of them has read all before {@code position}. */
    void release(long position) {
        Entry[] slots = ring;
        for (long read = released; read < position; read++) {
            Entry entry = slots[index(slots, read)];
            if (entry != null && entry.position == read) {
                entry.content = null;
            }
        }
        released =
                position; // two readers may do this at once: then some is done twice, and later ones go on from either
    }

    /** For readers: the gaps placed from one position until before another. */
    List<Gap> gapsBetween(long from, long to) {
        return gaps.stream()
                .filter(placed -> placed.position >= from && placed.position < to)
                .map(PlacedGap::gap)
                .toList();
    }

    /** For readers: messages refused that the reader has not been told of. */
    long refused() {
        Refused marker = refused;
        return marker == null ? 0 : marker.untold();
    }

    /** The newest entry, whose content must not be used: it may be dropped already. */
    Entry newest() {
        return newest;
    }

    /** An entry before which all have been dropped, and it too. */
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
