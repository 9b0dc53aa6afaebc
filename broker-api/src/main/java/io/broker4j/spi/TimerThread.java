package io.broker4j.spi;

import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Makes the one thread of a broker's timer, and knows it again. */
final class TimerThread implements ThreadFactory {
    private final ThreadFactory threads = Threads.platform("timer");
    private volatile @Nullable Thread newest;

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = threads.newThread(task);
        newest = thread;
        return thread;
    }

    boolean isCurrent() {
        return newest == Thread.currentThread();
    }
}
