package io.broker4j.redis;

import io.broker4j.Position;
import io.lettuce.core.protocol.RedisCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is sent with the appends that are sent together, once for each topic: before and behind appends to a log that is not to
 * end, that it does not, whatever other publishers want; and at last the hint that the log has grown. What is acknowledged so
 * never goes with the end that an earlier append gave the log, even if the link is lost at any point. The hint names the newest position known at that time, which is usually
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
    void add(Append append, List<RedisCommand<byte[], byte[], ?>> commands) {
        Append before = due.put(append.topic(), append);
        if (!append.isEnding() && (before == null || before.isEnding())) {
            add(append.persist(), commands);
        }
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
            if (!append.isEnding()) {
                add(append.persist(), commands);
            }
            add(append.hint(known.getOrDefault(topic, NONE)), commands);
        });
        due.clear();
    }

    private void add(Request<?> request, List<RedisCommand<byte[], byte[], ?>> commands) {
        request.handTo(link);
        commands.add(request);
    }
}
