package io.broker4j.redis;

import io.broker4j.Position;
import io.lettuce.core.protocol.RedisCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands that accompany a batch of appends, once for each topic. For a log without an idle
 * expiry, {@code PERSIST} comes before and after the appends, even if other publishers want an
 * expiry. The last command is the hint that the log has grown. So an acknowledged message is never
 * lost to an expiry that an earlier append has set, even if the link is lost at any point. The hint
 * names the newest known position, usually that of an earlier append, because the position of its
 * own append is not known yet. Confined to the I/O thread of one link.
 */
final class Hints {
    /** An append, by which a log grows. */
    interface Grown {
        String topic();

        /** Whether the log expires if no append follows. */
        boolean isEnding();

        /** Marks this append as the last one to its topic in its batch. */
        void markLast();

        /** The hint that the log has grown, not sent yet. */
        Request<?> hint(Position known);

        /** Removes the log's idle expiry, even if another publisher has set one; not sent yet. */
        Request<?> persist();
    }

    /** A position before all others. */
    private static final Position NONE = Position.of(0, 1);

    private static final int MOST_KNOWN = 10_000;
    private static final float LOAD = 0.75f;

    private final Carrier link;
    private final Map<String, Grown> due = new LinkedHashMap<>();
    private final Map<String, Position> known = new LinkedHashMap<>(16, LOAD, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Position> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    Hints(Carrier link) {
        this.link = link;
    }

    /** Records an append that is about to be sent, and adds the commands before it. */
    void add(Grown append, List<RedisCommand<byte[], byte[], ?>> commands) {
        Grown before = due.put(append.topic(), append);
        if (!append.isEnding() && (before == null || before.isEnding())) {
            add(append.persist(), commands);
        }
    }

    /** Records the answer to a batch's last append to a topic. */
    void appended(String topic, Position position) {
        known.put(topic, position);
    }

    /** Adds the commands after a batch. */
    void addTo(List<RedisCommand<byte[], byte[], ?>> commands) {
        if (due.isEmpty()) {
            return;
        }
        due.forEach((topic, append) -> {
            append.markLast();
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
