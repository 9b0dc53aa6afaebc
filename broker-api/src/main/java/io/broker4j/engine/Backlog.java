package io.broker4j.engine;

import io.broker4j.Gap;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for the mailboxes of one {@link MailboxGroup}. They are stored once, and each mailbox reads them
 * with its own {@link Cursor}, so publishing costs the same for one subscriber and for a thousand.
 *
 * <p>One thread at a time writes, under the lock of the {@link Channel} or as its {@link Source}.
 * Readers take no lock and delay no other thread. Entries are numbered without holes. The writer
 * fills a slot and then publishes the newest entry with a volatile write, so a reader that sees the
 * newest entry finds every older slot filled. An entry loses its content when the writer drops it
 * to keep the bounds, or when every reader has read it. A reader that finds no content, or another
 * entry in the slot, was overtaken; the totals in the entries say how much it has missed.
 */
final class Backlog {
    /**
     * Room for renewals of the link, which take a place too. More renewals than this push out the
     * oldest messages.
     */
    private static final int MAX_RENEWALS = 1024;

    /** One message or event, with totals over all entries up to and including this one. */
    static final class Entry {
        static final Entry NONE = new Entry();

        final long position;
        final long messages;
        final long bytes;
        /** Messages that did not arrive, according to the sequence numbers. */
        final long missing;
        /** How often an unknown number of messages did not arrive. */
        final int uncounted;
        /** How often the link was renewed. */
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

        /**
         * A message, and how many are missing before it. A message that never fits has no content.
         */
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

        /** An event other than a message. */
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

        /** A copy, which keeps the content. */
        private Entry(Entry original) {
            this.position = original.position;
            this.messages = original.messages;
            this.bytes = original.bytes;
            this.missing = original.missing;
            this.uncounted = original.uncounted;
            this.renewals = original.renewals;
            this.before = original.before;
            this.content = original.content;
        }

        private static @Nullable Gap gap(String topic, long missing) {
            if (missing == SequenceTracker.IN_ORDER) {
                return null;
            }
            return missing == SequenceTracker.UNKNOWN
                    ? Gap.of(topic, Gap.Reason.SEQUENCE)
                    : Gap.of(topic, Gap.Reason.SEQUENCE, missing);
        }

        /** The gap to announce before the message; null if there is none. */
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

    /**
     * All entries up to and including this one have lost their content. Published by the write of
     * {@code newest}.
     */
    private Entry dropped = Entry.NONE;

    private volatile @Nullable Refused refused;

    /** Every reader has read all entries before this position. */
    private volatile long released;

    private int maxMessages = 1;
    private long maxBytes = 1;

    /** Sets the bounds to those of the largest mailbox. */
    void bound(int messages, long bytes) {
        maxMessages = messages;
        maxBytes = bytes;
    }

    /**
     * Appends a message. A message that can never fit is dropped at once and pushes out no other
     * message.
     *
     * @param missing how many are missing before it, as {@link SequenceTracker} says
     */
    void append(Delivery delivery, long missing) {
        append(new Entry(newest, delivery, delivery.size() <= maxBytes, missing));
        while (newest.messages - dropped.messages > maxMessages || newest.bytes - dropped.bytes > maxBytes) {
            dropOldest();
        }
    }

    /** Appends a gap that a log reader has found. */
    void append(Gap found) {
        append(new Entry(newest, found));
    }

    /**
     * Appends a renewal of the link, unless the newest entry is a renewal that no reader has
     * announced yet.
     */
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

    /** Called by readers, when every reader has read all entries before {@code position}. */
    void release(long position) {
        Entry[] slots = ring;
        for (long read = Math.max(released, dropped.position + 1); read < position; read++) {
            Entry entry = slots[index(slots, read)];
            if (entry != null && entry.position == read) {
                entry.content = null;
            }
        }
        // Two readers may do this at once. Then some entries are released twice, and the next call
        // continues from either position.
        released = position;
    }

    /** Called by the reader: refused messages that it has not announced yet. */
    long refused() {
        Refused marker = refused;
        return marker == null ? 0 : marker.untold();
    }

    /** The newest entry. Its content must not be used, because it may be dropped already. */
    Entry newest() {
        return newest;
    }

    /** An entry that has been dropped together with all entries before it. */
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

    /** Whether the entry at a position not above that of {@link #newest()} has its content. */
    boolean holds(long position) {
        Entry entry = at(position);
        return entry != null && entry.content != null;
    }

    /** A copy of the entries after one, to which nothing is appended. Called by the writer. */
    Backlog copyAfter(Entry read) {
        Backlog copy = new Backlog();
        copy.dropped = read.position < dropped.position ? dropped : read;
        int size = copy.ring.length;
        while (newest.position - copy.dropped.position > size) {
            size *= 2;
        }
        Entry[] slots = new Entry[size];
        for (long position = copy.dropped.position + 1; position <= newest.position; position++) {
            slots[index(slots, position)] = new Entry(ring[index(ring, position)]);
        }
        copy.ring = slots;
        copy.newest = newest;
        copy.refused = refused;
        return copy;
    }

    private static int index(Entry[] slots, long position) {
        return (int) position & slots.length - 1;
    }
}
