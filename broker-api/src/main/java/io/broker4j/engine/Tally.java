package io.broker4j.engine;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what one thread at a time does, without a locked instruction; any thread may look. */
final class Tally {
    private final AtomicLong count = new AtomicLong();

    void add(long n) {
        count.setRelease(count.getPlain() + n);
    }

    long get() {
        return count.get();
    }
}
