package io.broker4j.inmemory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The data that the medium keeps for one group of a {@link StoredLog}, by number. Not safe for use from several
 * threads.
 */
final class StoredGroup {

    /** An entry that was given to a member and is not acknowledged. */
    private static final class Given {
        private static final String NOBODY = "";

        private String owner;
        private long sinceNanos = System.nanoTime();
        private int deliveries = 1;

        Given(String owner) {
            this.owner = owner;
        }

        boolean isIdle(Duration idle) {
            return owner.equals(NOBODY) || System.nanoTime() - sinceNanos >= idle.toNanos();
        }

        void touch() {
            sinceNanos = System.nanoTime();
        }
    }

    /** A number, and how often its entry was delivered. */
    record Pending(long number, int deliveries) {}

    /** The last number given to any member. */
    private long cursor;

    private final NavigableMap<Long, Given> given = new TreeMap<>();

    StoredGroup(long cursor) {
        this.cursor = cursor;
    }

    long cursor() {
        return cursor;
    }

    int pending() {
        return given.size();
    }

    /** Moves the cursor past dropped entries; returns how many there were. */
    long skipTo(long number) {
        long skipped = Math.max(0, number - cursor);
        cursor += skipped;
        return skipped;
    }

    /** Moves the cursor back to a number, if the cursor is beyond it. */
    void takeBack(long number) {
        cursor = Math.min(cursor, number);
        given.tailMap(number, false).clear();
    }

    /** Gives the next number to a member. */
    Pending give(String member) {
        cursor++;
        given.put(cursor, new Given(member));
        return new Pending(cursor, 1);
    }

    List<Pending> pendingOf(String member, long after, int max) {
        List<Pending> found = new ArrayList<>();
        for (Map.Entry<Long, Given> entry : given.tailMap(after, false).entrySet()) {
            if (found.size() < max && entry.getValue().owner.equals(member)) {
                found.add(new Pending(entry.getKey(), entry.getValue().deliveries));
            }
        }
        return found;
    }

    List<Pending> takeOver(String member, Duration idle, int max) {
        List<Pending> taken = new ArrayList<>();
        given.forEach((number, entry) -> {
            if (taken.size() < max && !entry.owner.equals(member) && entry.isIdle(idle)) {
                entry.owner = member;
                entry.deliveries++;
                entry.touch();
                taken.add(new Pending(number, entry.deliveries));
            }
        });
        return taken;
    }

    boolean owns(String member, long number) {
        Given entry = given.get(number);
        return entry != null && entry.owner.equals(member);
    }

    boolean isFree(long number) {
        return number <= cursor && !given.containsKey(number);
    }

    void regain(String member, long number) {
        given.put(number, new Given(member));
    }

    void renew(long number) {
        Given entry = given.get(number);
        if (entry != null) {
            entry.touch();
        }
    }

    void retry(long number, int deliveries) {
        Given entry = given.get(number);
        if (entry != null) {
            entry.deliveries = deliveries;
            entry.touch();
        }
    }

    /**
     * Leaves the entry without an owner until its next delivery, which has the number
     * {@code attempt}.
     */
    void release(long number, int attempt) {
        Given entry = given.get(number);
        if (entry != null) {
            entry.deliveries = attempt - 1;
            entry.owner = Given.NOBODY;
        }
    }

    void acknowledge(long number) {
        given.remove(number);
    }
}
