package io.broker4j.inmemory;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The log of one durable topic: a ring that grows up to the retention, and so holds each message once for all readers. Numbers
 * count from 1; a number's slot is its remainder. Its lock is taken last.
 */
final class StoredLog {
    /** First number of all its positions, higher than that of any log of this topic before it. */
    private final long birth;

    // all guarded by this
    private Frame[] ring = new Frame[8];
    private long oldest = 1;
    private long newest;
    private Optional<Duration> idleExpiry = Optional.empty();
    private long appendedNanos = System.nanoTime();

    StoredLog(long birth) {
        this.birth = birth;
    }

    long birth() {
        return birth;
    }

    synchronized Position append(Frame frame, Retention retention) {
        if (newest + 1 - oldest == ring.length && ring.length < retention.count()) {
            grow();
        }
        trim(retention.count() - 1);
        newest++;
        ring[slot(newest)] = frame;
        idleExpiry = retention.idleExpiry().or(() -> idleExpiry);
        appendedNanos = System.nanoTime();
        return position(newest);
    }

    private void grow() {
        Frame[] larger = new Frame[ring.length * 2];
        for (long number = oldest; number <= newest; number++) {
            larger[(int) (number & larger.length - 1)] = ring[slot(number)];
        }
        ring = larger;
    }

    /** Keeps the newest, at most so many. */
    @SuppressWarnings("NullAway") // a slot that is not in use
    synchronized void trim(long length) {
        while (newest + 1 - oldest > length) {
            ring[slot(oldest)] = null;
            oldest++;
        }
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

    /** Whether nothing has been appended for as long as its publishers let it be idle. */
    synchronized boolean isExpired() {
        return idleExpiry
                .map(idle -> System.nanoTime() - appendedNanos > idle.toNanos())
                .orElse(false);
    }
}
