package io.broker4j.chat;

import io.broker4j.Position;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the messages of a room that were sent twice. A message is a duplicate if one with the same sender and
 * {@code cid} was sent shortly before. Messages are fed in log order. The answer depends only on the messages shortly
 * before, so all servers that began far enough back get the same answer. "Shortly" is measured by the servers' clocks,
 * which must agree to within {@link #SKEW_MS}. Not safe for use by several threads.
 */
final class Duplicates {
    /** In a busy room this bounds what is remembered, and how far a server must look back. */
    static final int REACH = 10_000;

    static final long SKEW_MS = 60_000;

    private final long windowMs;
    /** The one seen longest ago first. */
    private final Map<RoomMessage, Sighting> seen = new LinkedHashMap<>();

    private long count;

    /** When a message was seen last, and where it was seen first. */
    private record Sighting(Position first, long ms, long number) {}

    Duplicates(long windowMs) {
        this.windowMs = windowMs;
    }

    /** Returns the position of the first copy of the message: its own, unless the message is a duplicate. */
    Position judge(RoomMessage message, long ms, Position position) {
        Position first = first(message, ms).orElse(position);
        seen.remove(message);
        seen.put(message, new Sighting(first, ms, count++));
        forget(ms - windowMs - SKEW_MS);
        return first;
    }

    /** The position of the first copy of a message sent at {@code ms}; empty if none was sent shortly before. */
    Optional<Position> first(RoomMessage message, long ms) {
        return Optional.ofNullable(seen.get(message))
                .filter(before -> Math.abs(ms - before.ms) <= windowMs)
                .map(Sighting::first);
    }

    private void forget(long beforeMs) {
        Iterator<Sighting> eldest = seen.values().iterator();
        while (eldest.hasNext()) {
            Sighting next = eldest.next();
            if (next.ms >= beforeMs && next.number >= count - REACH) {
                return;
            }
            eldest.remove();
        }
    }
}
