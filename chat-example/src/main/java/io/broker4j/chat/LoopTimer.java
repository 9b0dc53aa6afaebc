package io.broker4j.chat;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Something that happens unless it is cleared in time. On one event loop. */
final class LoopTimer {
    private final EventExecutor loop;
    private final Runnable action;
    private @Nullable Future<?> pending;

    LoopTimer(EventExecutor loop, Runnable action) {
        this.loop = loop;
        this.action = action;
    }

    /** Starts anew. */
    void set(Duration after) {
        clear();
        pending = loop.schedule(action, after.toNanos(), TimeUnit.NANOSECONDS);
    }

    void clear() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
