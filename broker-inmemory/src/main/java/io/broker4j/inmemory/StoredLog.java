package io.broker4j.inmemory;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The log of one durable topic: a ring that grows up to the retention and holds each message once
 * for all readers. Entry numbers start at 1; the slot of a number is its remainder. Its lock is the
 * last one that a thread takes, with one exception: burying appends to another log while it holds
 * this lock. Only one thread of the medium buries.
 */
final class StoredLog {
    /**
     * The {@code high} number of all positions of this log; higher than that of any earlier log of
     * this topic.
     */
    private final long birth;

    // The fields from here on are guarded by this.
    private Frame[] ring = new Frame[8];
    private long oldest = 1;
    private long newest;
    private Optional<Duration> idleExpiry = Optional.empty();
    private long appendedNanos = System.nanoTime();
    private boolean expired;
    private final Map<String, StoredGroup> groups = new HashMap<>();

    StoredLog(long birth) {
        this.birth = birth;
    }

    long birth() {
        return birth;
    }

    /** Returns the position of the appended frame; empty if the log has expired and a new log must begin. */
    synchronized Optional<Position> append(Frame frame, Retention retention) {
        if (isExpired()) {
            return Optional.empty();
        }
        if (newest + 1 - oldest == ring.length && ring.length < retention.count()) {
            grow();
        }
        trim(retention.count() - 1);
        newest++;
        ring[slot(newest)] = frame;
        idleExpiry = retention.idleExpiry();
        appendedNanos = System.nanoTime();
        return Optional.of(position(newest));
    }

    private void grow() {
        Frame[] larger = new Frame[ring.length * 2];
        for (long number = oldest; number <= newest; number++) {
            larger[(int) (number & larger.length - 1)] = ring[slot(number)];
        }
        ring = larger;
    }

    /** Keeps only the newest entries, at most {@code length} of them. */
    @SuppressWarnings("NullAway") // null marks a slot that is not in use
    synchronized void trim(long length) {
        while (newest + 1 - oldest > length) {
            ring[slot(oldest)] = null;
            oldest++;
        }
    }

    /**
     * Removes the entries after a number, as a restart from an older state does. Later entries get the same positions.
     */
    @SuppressWarnings("NullAway") // null marks a slot that is not in use
    synchronized void takeBack(long number) {
        for (; newest > number && newest >= oldest; newest--) {
            ring[slot(newest)] = null;
        }
        groups.values().forEach(group -> group.takeBack(newest));
    }

    private int slot(long number) {
        return (int) (number & ring.length - 1);
    }

    private Position position(long number) {
        return Position.of(birth, number);
    }

    /** The number of the first entry not before a position. */
    private long from(Position position) {
        int later = Long.compareUnsigned(position.high(), birth);
        if (later < 0) {
            return oldest;
        }
        boolean isBeyond = later > 0 || Long.compareUnsigned(position.low(), newest) > 0;
        return isBeyond ? newest + 1 : Math.max(oldest, position.low());
    }

    synchronized Log.Batch read(Position from, int maxEntries, long maxBytes) {
        List<Log.Entry> entries = new ArrayList<>();
        long number = from(from);
        long bytes = 0;
        while (number <= newest && entries.size() < maxEntries && (bytes < maxBytes || entries.size() < 2)) {
            bytes += add(number++, entries);
        }
        return new Log.Batch(entries, number <= newest);
    }

    synchronized Log.Batch readBack(Optional<Position> before, int maxEntries, long maxBytes) {
        List<Log.Entry> entries = new ArrayList<>();
        long number = before.map(this::from).orElse(newest + 1) - 1;
        long bytes = 0;
        while (number >= oldest && entries.size() < maxEntries && (bytes < maxBytes || entries.isEmpty())) {
            bytes += add(number--, entries);
        }
        return new Log.Batch(entries, number >= oldest);
    }

    private int add(long number, List<Log.Entry> entries) {
        Frame frame = ring[slot(number)];
        entries.add(new Log.Entry(position(number), frame));
        return frame.size();
    }

    synchronized Log.Info info() {
        return new Log.Info(
                newest,
                newest + 1 - oldest,
                oldest <= newest ? Optional.of(position(oldest)) : Optional.empty(),
                newest == 0 ? Position.ORIGIN : position(newest));
    }

    /** Whether the log was idle for longer than its newest message allows. An expired log stays expired. */
    synchronized boolean isExpired() {
        expired = expired
                || idleExpiry
                        .map(idle -> System.nanoTime() - appendedNanos > idle.toNanos())
                        .orElse(false);
        return expired;
    }

    synchronized boolean createGroup(String name, Position after) {
        if (groups.containsKey(name)) {
            return false;
        }
        int later = Long.compareUnsigned(after.high(), birth);
        boolean isBeyond = later > 0 || Long.compareUnsigned(after.low(), newest) > 0;
        groups.put(name, new StoredGroup(later < 0 ? 0 : isBeyond ? newest : after.low()));
        return true;
    }

    static Groups.MissingGroupException missing(String group) {
        return new Groups.MissingGroupException("group " + group + " does not exist");
    }

    private StoredGroup group(String name) {
        StoredGroup group = groups.get(name);
        if (group == null) {
            throw missing(name);
        }
        return group;
    }

    synchronized Groups.Batch claim(Groups.Member member, int maxEntries, long maxBytes) {
        StoredGroup group = group(member.group());
        long trimmed = group.skipTo(oldest - 1);
        List<Groups.Taken> taken = new ArrayList<>();
        long bytes = 0;
        while (group.cursor() < newest && taken.size() < maxEntries && (bytes < maxBytes || taken.isEmpty())) {
            Groups.Taken next = taken(group.give(member.name()));
            bytes += next.frame().orElseThrow().size();
            taken.add(next);
        }
        return new Groups.Batch(taken, group.cursor() < newest, trimmed);
    }

    private Groups.Taken taken(StoredGroup.Pending pending) {
        long number = pending.number();
        return new Groups.Taken(
                position(number),
                pending.deliveries(),
                number < oldest ? Optional.empty() : Optional.of(ring[slot(number)]));
    }

    synchronized Groups.Batch pending(Groups.Member member, Position after, int maxEntries) {
        long number = Long.compareUnsigned(after.high(), birth) < 0 ? 0 : after.low();
        return batch(group(member.group()).pendingOf(member.name(), number, maxEntries), maxEntries);
    }

    synchronized Groups.Batch takeOver(Groups.Member member, Duration idle, int maxEntries) {
        return batch(group(member.group()).takeOver(member.name(), idle, maxEntries), maxEntries);
    }

    private Groups.Batch batch(List<StoredGroup.Pending> pending, int maxEntries) {
        return new Groups.Batch(pending.stream().map(this::taken).toList(), pending.size() == maxEntries, 0);
    }

    synchronized StoredGroup ack(Groups.Member member, List<Position> positions) {
        StoredGroup group = group(member.group());
        positions.stream().filter(this::isOurs).forEach(position -> group.acknowledge(position.low()));
        return group;
    }

    private boolean isOurs(Position position) {
        return position.high() == birth;
    }

    private boolean owns(Groups.Member member, Position position) {
        return group(member.group()).owns(member.name(), position.low()) && isOurs(position);
    }

    synchronized boolean retry(Groups.Member member, Position position, int attempt) {
        boolean owned = owns(member, position);
        if (owned) {
            group(member.group()).retry(position.low(), attempt);
        }
        return owned;
    }

    synchronized List<Position> renew(Groups.Member member, List<Position> positions) {
        List<Position> owned =
                positions.stream().filter(position -> owns(member, position)).toList();
        owned.forEach(position -> group(member.group()).renew(position.low()));
        return owned;
    }

    /**
     * Makes entries pending again that were given to some member and are now pending for nobody.
     */
    synchronized List<Position> regain(Groups.Member member, List<Position> positions) {
        StoredGroup group = group(member.group());
        List<Position> free = positions.stream()
                .filter(position -> isOurs(position) && group.isFree(position.low()))
                .toList();
        free.stream()
                .filter(position -> position.low() >= oldest)
                .forEach(position -> group.regain(member.name(), position.low()));
        return free;
    }

    synchronized StoredGroup release(Groups.Member member, Map<Position, Integer> attempts) {
        attempts.forEach((position, attempt) -> {
            if (owns(member, position)) {
                group(member.group()).release(position.low(), attempt);
            }
        });
        return group(member.group());
    }

    /** Acknowledges an entry and appends its dead letter, if the member owns the entry. */
    synchronized Optional<Position> bury(Groups.Member member, Position position, Supplier<Position> append) {
        if (!owns(member, position)) {
            return Optional.empty();
        }
        Position buried = append.get();
        group(member.group()).acknowledge(position.low());
        return Optional.of(buried);
    }

    synchronized Groups.Info groupInfo(String name) {
        StoredGroup group = group(name);
        return new Groups.Info(newest - Math.max(group.cursor(), oldest - 1), group.pending());
    }
}
