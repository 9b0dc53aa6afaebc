package io.broker4j.engine;

import java.util.concurrent.ThreadFactory;

/** Closes on a thread of its own, or on the calling thread if no other is available. */
final class Closer {
    private final ThreadFactory threads;

    Closer(ThreadFactory threads) {
        this.threads = threads;
    }

    /**
     * Runs a task on a thread of its own, which no user interrupts and which is in no user call. If no thread is
     * available, runs the task on the calling thread: what began to close must not stay open.
     */
    void runApart(Runnable task) {
        Runnable closing = () -> DeferredCalls.withoutUserCode(task);
        if (!Threads.start(threads, closing)) {
            closing.run();
        }
    }
}
