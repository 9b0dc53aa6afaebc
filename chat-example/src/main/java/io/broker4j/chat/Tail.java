package io.broker4j.chat;

import io.broker4j.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The recent part of a room's log, without a hole: what follows {@link #floor} up to {@link #end}. Bounded; the oldest go
 * first. Not for use by several threads.
 */
final class Tail {
    static final int ENTRIES = 1_000;
    static final int BYTES = 256 << 10;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private Position floor;
    private Position end;
    private int bytes;

    /** A place in the log; what is no message for clients keeps its place. */
    private record Entry(Position position, @Nullable Line line) {
        int bytes() {
            return line == null ? 0 : line.json.length;
        }
    }

    Tail(Position floor) {
        this.floor = floor;
        end = floor;
    }

    Position floor() {
        return floor;
    }

    Position end() {
        return end;
    }

    void add(Position position, @Nullable Line line) {
        Entry entry = new Entry(position, line);
        entries.add(entry);
        bytes += entry.bytes();
        end = position;
        while (entries.size() > ENTRIES || bytes > BYTES) {
            Entry oldest = entries.remove();
            bytes -= oldest.bytes();
            floor = oldest.position;
        }
    }

    /** Adds what follows those lines; false if where they end is no place in this part of the log. */
    boolean continues(Lines lines) {
        if (!knows(lines.end())) {
            return false;
        }
        follow(lines);
        return true;
    }

    /** Adds what follows a place that the log is known to hold; false if that place is in another part of the log. */
    boolean continuesBehind(Lines lines) {
        boolean covers = !floor.isAfter(lines.end()) && !lines.end().isAfter(end);
        if (covers) {
            follow(lines);
        }
        return covers;
    }

    private void follow(Lines lines) {
        Position after = lines.end();
        for (Entry entry : entries) {
            if (entry.position.isAfter(after) && !lines.add(entry.position, entry.line)) {
                return;
            }
        }
        lines.complete();
    }

    /** The newest lines, oldest first. */
    Lines newest(int max, int maxBytes) {
        Position from = floor;
        int count = 0;
        int size = 0;
        for (Iterator<Entry> back = entries.descendingIterator(); back.hasNext(); ) {
            Entry entry = back.next();
            count += entry.line == null ? 0 : 1;
            size += entry.line == null ? 0 : Lines.bytes(entry.line);
            if (count > max || size > maxBytes) {
                from = entry.position;
                break;
            }
        }
        Lines newest = new Lines(from, maxBytes);
        continues(newest);
        return newest;
    }

    private boolean knows(Position position) {
        if (position.equals(floor)) {
            return true;
        }
        for (Iterator<Entry> back = entries.descendingIterator(); back.hasNext(); ) {
            Position at = back.next().position;
            if (!at.isAfter(position)) {
                return at.equals(position);
            }
        }
        return false;
    }
}
