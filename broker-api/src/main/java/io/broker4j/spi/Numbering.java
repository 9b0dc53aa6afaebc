package io.broker4j.spi;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sequence numbers of a broker's topics, a bounded number of them. A topic that was forgotten goes on above every number
 * it may have had, so numbers of one topic only ever grow.
 */
final class Numbering {
    private final int maxTopics;
    private final Map<String, Numbers> topics = new ConcurrentHashMap<>();
    private final AtomicLong highestForgotten = new AtomicLong();

    /** One topic's numbers. Its monitor is the lock under which numbers are handed to the transport. */
    static final class Numbers {
        private final long start;
        private long last;
        private boolean forgotten;

        private Numbers(long start) {
            this.start = start;
            this.last = start;
        }

        /** Whether to look the topic up again. */
        boolean isForgotten() {
            return forgotten;
        }

        /** Whether the next number is the first one remembered. */
        boolean isFirst() {
            return last == start;
        }

        long next() {
            return last + 1;
        }

        /** The next number may have reached the medium. */
        void used() {
            last++;
        }
    }

    Numbering(int maxTopics) {
        this.maxTopics = maxTopics;
    }

    Numbers of(String topic) {
        Numbers known = topics.get(topic);
        if (known != null) {
            return known;
        }
        if (topics.size() >= maxTopics) {
            topics.entrySet().stream().findFirst().ifPresent(this::forget);
        }
        return topics.computeIfAbsent(topic, unknown -> new Numbers(highestForgotten.get()));
    }

    private void forget(Map.Entry<String, Numbers> entry) {
        Numbers numbers = entry.getValue();
        synchronized (numbers) {
            numbers.forgotten = true;
            highestForgotten.accumulateAndGet(numbers.last, Math::max);
        }
        topics.remove(entry.getKey(), numbers);
    }
}
