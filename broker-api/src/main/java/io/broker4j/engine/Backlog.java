package io.broker4j.engine;

import io.broker4j.Gap;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for the mailboxes of one {@link MailboxGroup}. They are stored once, and each mailbox reads them
 * with its own {@link Cursor}, so publishing costs the same for one subscriber and for a thousand.
 *
 * <p>One thread at a time writes, under the lock of the {@link Channel} or as its {@link Source}. Readers take no lock and
 * delay nobody. Entries are numbered without holes. The writer fills a slot and then publishes the newest entry with a
 * volatile write, so a reader that sees the newest entry finds every older slot filled. An entry loses its content when the
 * writer drops it to keep the bounds, or when every reader has read it. A reader that finds no content, or another entry in
 * the slot, was overtaken; the totals in the entries say how much it has missed.
 */
final class Backlog {
    /** Renewals of the link take a place too; more of them that one reader has not been told of cost it its oldest messages. */
    private static final int MAX_RENEWALS = 1024;

    /** One message or event, with the totals of all up to and including it. */
    static final class Entry {
        static final Entry NONE = new Entry();

        final long position;
        final long messages;
        final long bytes;
        /** Messages that did not arrive, as the numbers say. */
        final long missing;
        /** Times when it is not known how many did not arrive. */
        final int uncounted;
        /** Times when the link was renewed. */
        final int renewals;

        private final @Nullable Gap before;
        private @Nullable Object content;

        private Entry() {
            this.position = -1;
            this.messages = 0;
            this.bytes = 0;
            this.missing = 0;
            this.uncounted = 0;
            this.renewals = 0;
            this.before = null;
        }

        /** A message, without its content if it never fits, and how many are missing before it. */
        private Entry(Entry last, Delivery delivery, boolean fits, long missing) {
            boolean counted = missing != SequenceTracker.UNKNOWN;
            this.position = last.position + 1;
            this.messages = last.messages + 1;
            this.bytes = last.bytes + (fits ? delivery.size() : 0);
            this.missing = last.missing + (counted ? missing : 0);
            this.uncounted = last.uncounted + (counted ? 0 : 1);
            this.renewals = last.renewals;
            this.before = gap(delivery.topic(), missing);
            this.content = fits ? delivery : null;
        }

        /** Something that is no message. */
        private Entry(Entry last, Object event) {
            this.position = last.position + 1;
            this.messages = last.messages;
            this.bytes = last.bytes;
            this.missing = last.missing;
            this.uncounted = last.uncounted;
            this.renewals = last.renewals + (event instanceof Renewal ? 1 : 0);
            this.before = null;
            this.content = event;
        }

        private static @Nullable Gap gap(String topic, long missing) {
            if (missing == SequenceTracker.IN_ORDER) {
                return null;
            }
            return missing == SequenceTracker.UNKNOWN
                    ? Gap.of(topic, Gap.Reason.SEQUENCE)
                    : Gap.of(topic, Gap.Reason.SEQUENCE, missing);
        }

        /** What to tell before the message. */
        @Nullable
        Gap before() {
            return before;
        }

        /** A {@link Delivery}, a {@link Renewal}, a {@link Refused} or a {@link Gap}; null once dropped. */
        @Nullable
        Object content() {
            return content;
        }
    }

    private volatile Entry[] ring = new Entry[8];
    private volatile Entry newest = Entry.NONE;

    /** The newest of the entries without content that have only such entries before them. Published with {@code newest}. */
    private Entry dropped = Entry.NONE;

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

    /**
     * Appends a message; one that could never fit is dropped at once, and does not cost others their place.
     *
     * @param missing how many are missing before it, as {@link SequenceTracker} says
     */
    void append(Delivery delivery, long missing) {
        append(new Entry(newest, delivery, delivery.size() <= maxBytes, missing));
        while (newest.messages - dropped.messages > maxMessages || newest.bytes - dropped.bytes > maxBytes) {
            dropOldest();
        }
    }

    /** Appends what a reader of a log has found missing. */
    void append(Gap found) {
        append(new Entry(newest, found));
    }

    /** The link was renewed; renewals that nobody has been told of in between are one. */
    void appendRenewal() {
        if (newest.content instanceof Renewal untold && !untold.isTold()) {
            return;
        }
        append(new Entry(newest, new Renewal()));
        while (newest.position - dropped.position > 2L * maxMessages + MAX_RENEWALS) {
            dropOldest();
        }
    }

    /** For a group of one mailbox that refuses messages when it is full: appends a message, or counts it in a marker. */
    void appendOrRefuse(Delivery delivery, long missing, Entry read) {
        boolean full = newest.messages + 1 - read.messages > maxMessages
                || newest.bytes + delivery.size() - read.bytes > maxBytes;
        Refused marker = refused;
        if (!full) {
            append(new Entry(newest, delivery, true, missing));
        } else if (marker == null || !marker.add(missing)) {
            marker = new Refused(missing);
            refused = marker;
            append(new Entry(newest, marker));
        }
    }

    private void append(Entry entry) {
        Entry[] slots = ring;
        while (dropped.position < newest.position && oldest(slots).content == null) {
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
        for (long read = Math.max(released, dropped.position + 1); read < position; read++) {
            Entry entry = slots[index(slots, read)];
            if (entry != null && entry.position == read) {
                entry.content = null;
            }
        }
        // Two readers may do this at once: then some is done twice, and later ones go on from either.
        released = position;
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
