package io.broker4j.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The sequence numbers of a broker's topics. The number of topics is bounded: the least recently used topic is
 * forgotten. A topic that was forgotten continues above every number it may have had, so the numbers of a topic only
 * grow. Safe for use from any thread.
 *
 * <p>A publisher keeps the numbers of its topic until they are forgotten. Their use is recorded
 * under the lock, at most once per {@code maxTopics / 16} new topics. Therefore a topic is
 * remembered as long as fewer than 15/16 of {@code maxTopics} topics became known since its last
 * use.
 */
final class Numbering {
    /** For how many topics a broker remembers numbers. */
    static final int MAX_TOPICS = 65_536;

    private static final int PARTS = 16;
    private static final float LOAD = 0.75f;

    private final int maxTopics;
    private final int noteEvery;
    private final Map<String, Numbers> topics = new ConcurrentHashMap<>();
    private final AtomicLong highestForgotten = new AtomicLong();

    /** The topics in the order in which their use was noted, the oldest first. */
    @GuardedBy("this")
    private final Map<String, Numbers> byUse = new LinkedHashMap<>(16, LOAD, true);

    /** How many topics became known so far: the clock that dates their use. Guarded by this for writing. */
    private volatile long known;

    /** The numbers of one topic. Its monitor is the lock under which numbers are handed to the transport. */
    static final class Numbers {
        private final String topic;
        private final long start;
        private long last;
        private boolean forgotten;
        private volatile long notedAt;

        private Numbers(String topic, long start, long notedAt) {
            this.topic = topic;
            this.start = start;
            this.last = start;
            this.notedAt = notedAt;
        }

        /** Whether the topic must be looked up again. */
        boolean isForgotten() {
            return forgotten;
        }

        /** Whether no earlier number is remembered. */
        boolean isFirst() {
            return last == start;
        }

        long next() {
            return last + 1;
        }

        /** Marks the next number as used, because it may have reached the medium. */
        void used() {
            last++;
        }
    }

    Numbering(int maxTopics) {
        this.maxTopics = maxTopics;
        this.noteEvery = Math.max(1, maxTopics / PARTS);
    }

    Numbers of(String topic) {
        Numbers numbers = topics.get(topic);
        if (numbers == null) {
            numbers = begin(topic);
            Numbers oldest = takeOldest();
            if (oldest != null) {
                forget(oldest);
            }
        } else {
            note(numbers);
        }
        return numbers;
    }

    /** Records the use of numbers that were looked up earlier. */
    void note(Numbers numbers) {
        if (known - numbers.notedAt >= noteEvery) {
            noteUse(numbers);
        }
    }

    private synchronized Numbers begin(String topic) {
        Numbers meanwhile = topics.get(topic);
        if (meanwhile != null) {
            return meanwhile;
        }
        known++;
        Numbers numbers = new Numbers(topic, highestForgotten.get(), known);
        topics.put(topic, numbers);
        byUse.put(topic, numbers);
        return numbers;
    }

    private synchronized void noteUse(Numbers numbers) {
        numbers.notedAt = known;
        byUse.get(numbers.topic);
    }

    private synchronized @Nullable Numbers takeOldest() {
        if (byUse.size() <= maxTopics) {
            return null;
        }
        Numbers oldest = byUse.values().iterator().next();
        byUse.remove(oldest.topic);
        return oldest;
    }

    /** The topic stays in the map until its numbers are marked, so a topic never has two sequences. */
    private void forget(Numbers numbers) {
        synchronized (numbers) {
            numbers.forgotten = true;
            highestForgotten.accumulateAndGet(numbers.last, Math::max);
            topics.remove(numbers.topic, numbers);
        }
    }
}
