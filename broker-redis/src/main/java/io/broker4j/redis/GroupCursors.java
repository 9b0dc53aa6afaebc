package io.broker4j.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The positions of groups' cursors at the time when one connection asked for them. The server
 * reports a group's cursor only together with the cursors of all other groups of the log, and the
 * cost grows with each group. Most questions can be answered without the server, from a position
 * that the cursor has passed. Each connection has an instance of its own, because another
 * connection may lead to another server. Safe for use from any thread.
 */
final class GroupCursors {
    private static final int MOST_GROUPS = 10_000;
    private static final float LOAD = 0.75f;

    private record Group(String topic, String name) {}

    /**
     * A position that the group's cursor has passed.
     *
     * @param sure whether the server's count of what the group has read is known to be true
     */
    record Cursor(Position position, boolean sure) {}

    @GuardedBy("this")
    private final Map<Group, Cursor> passed = new LinkedHashMap<>(16, LOAD, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Group, Cursor> eldest) {
            return size() > MOST_GROUPS;
        }
    };

    synchronized Optional<Cursor> passed(String topic, String group) {
        return Optional.ofNullable(passed.get(new Group(topic, group)));
    }

    /** Records a cursor, even one before the recorded position: the group may have begun again. */
    synchronized void seen(String topic, String group, Cursor cursor) {
        passed.put(new Group(topic, group), cursor);
    }

    /** Forgets a cursor, so that the next claim asks the server for it. */
    synchronized void forget(String topic, String group) {
        passed.remove(new Group(topic, group));
    }
}
