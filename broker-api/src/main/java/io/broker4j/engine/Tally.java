package io.broker4j.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A counter that one thread at a time increases, without a locked instruction; any thread may read
 * it.
 */
final class Tally {
    private final AtomicLong count = new AtomicLong();

    void add(long n) {
        count.setRelease(count.getPlain() + n);
    }

    long get() {
        return count.get();
    }
}
