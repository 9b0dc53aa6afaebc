package io.broker4j.chat;

import io.broker4j.Position;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the messages of a room that were sent twice: a second one, not much later than one before, counts as that one. Fed in
 * the order of the log, so that every server that began far enough back comes to the same answer: whether a message is one
 * too many depends on those shortly before it alone. "Shortly" is by the clocks of the servers, which must agree to within
 * {@link #SKEW_MS}. Not for use by several threads.
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

    /** The place of the first one of its kind: its own, unless it is a duplicate. */
    Position judge(RoomMessage message, long ms, Position position) {
        Position first = first(message, ms).orElse(position);
        seen.remove(message);
        seen.put(message, new Sighting(first, ms, count++));
        forget(ms - windowMs - SKEW_MS);
        return first;
    }

    /** Where a message that comes (again) at that time was seen first, if it counts as that one. */
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
