package io.broker4j.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Estimates the size of log entries from earlier replies. A command can only ask for a number of
 * entries; the estimate turns the wanted bytes into that number. An estimate that is too large
 * shrinks slowly, one that is too small grows at once. Safe for use from any thread.
 */
final class EntrySizes {
    private static final int MOST_TOPICS = 10_000;
    private static final float LOAD = 0.75f;
    private static final long FIRST_GUESS = 64 << 10;
    private static final int SHRINK = 8;

    /** The estimated bytes of one entry, by topic. */
    @GuardedBy("this")
    private final Map<String, Long> guesses = new LinkedHashMap<>(16, LOAD, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_TOPICS;
        }
    };

    /** How many entries to ask for. */
    synchronized int count(String topic, int least, int most, long maxBytes) {
        long fitting = maxBytes / guesses.getOrDefault(topic, FIRST_GUESS);
        return (int) Math.max(Math.min(least, most), Math.min(fitting, most));
    }

    /** Records the sizes of the entries in a reply. */
    synchronized void seen(String topic, EntriesOutput<?> reply) {
        if (reply.entries() > 0) {
            long average = Math.max(1, reply.bytes() / reply.entries());
            guesses.merge(
                    topic,
                    Math.max(average, FIRST_GUESS / SHRINK),
                    (guess, first) -> Math.max(average, guess / SHRINK));
        }
    }
}
