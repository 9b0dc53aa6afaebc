package io.broker4j.redis;

import io.broker4j.Position;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Up to where groups have been given entries at least, as far as has been seen here: a group's own cursor is there or further on.
 * The server tells a group's cursor only together with those of all other groups of the log, which costs it more with each of
 * them; with a position that the cursor has passed most questions are answered without. Safe for use from any thread.
 */
final class GroupCursors {
    private static final int MOST_GROUPS = 10_000;
    private static final float LOAD = 0.75f;

    private record Group(String topic, String name) {}

    /** Guarded by this. */
    private final Map<Group, Position> passed = new LinkedHashMap<>(16, LOAD, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Group, Position> eldest) {
            return size() > MOST_GROUPS;
        }
    };

    /** A position that the group's cursor has passed, or one before all others. */
    synchronized Position passed(String topic, String group) {
        return passed.getOrDefault(new Group(topic, group), Position.ORIGIN);
    }

    /** The cursor was seen there. */
    synchronized void seen(String topic, String group, Position cursor) {
        passed.merge(new Group(topic, group), cursor, (known, now) -> now.isAfter(known) ? now : known);
    }

    /** The group begins anew. */
    synchronized void forget(String topic, String group) {
        passed.remove(new Group(topic, group));
    }

    /** Behind a new connection may be another server, or an older state of the logs. */
    synchronized void forgetAll() {
        passed.clear();
    }
}
