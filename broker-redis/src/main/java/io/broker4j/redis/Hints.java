package io.broker4j.redis;

import io.broker4j.Position;
import io.lettuce.core.protocol.RedisCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What follows the appends that are sent together, once for each topic: when its log ends if nothing follows, as the last of
 * them wants it, and the hint that the log has grown. The hint names the newest position known at that time, which is usually
 * that of an earlier append: its own is not answered yet. Confined to the I/O thread of one link.
 */
final class Hints {
    /** Before all others. */
    private static final Position NONE = Position.of(0, 1);

    private static final int MOST_KNOWN = 10_000;
    private static final float LOAD = 0.75f;

    private final CommandLink link;
    private final Map<String, Append> due = new LinkedHashMap<>();
    private final Map<String, Position> known = new LinkedHashMap<>(16, LOAD, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Position> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    Hints(CommandLink link) {
        this.link = link;
    }

    /** An append is about to be sent. */
    void add(Append append) {
        due.put(append.topic(), append);
    }

    /** The last append to a topic of those that were sent together was answered. */
    void appended(String topic, Position position) {
        known.put(topic, position);
    }

    /** Adds what follows. */
    void addTo(List<RedisCommand<byte[], byte[], ?>> commands) {
        if (due.isEmpty()) {
            return;
        }
        due.forEach((topic, append) -> {
            append.isLast();
            add(append.expiry(), commands);
            add(append.hint(known.getOrDefault(topic, NONE)), commands);
        });
        due.clear();
    }

    private void add(Request<?> request, List<RedisCommand<byte[], byte[], ?>> commands) {
        request.handTo(link);
        commands.add(request);
    }
}
