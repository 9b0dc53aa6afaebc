package io.broker4j.engine;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Runs user code (an inline handler or an executor) as soon as the thread holds no lock of the
 * engine. While a thread {@linkplain #hold holds}, or runs such an action, it queues further
 * actions, so they never recurse.
 */
final class DeferredCalls {
    /**
     * Set only while the thread holds, is forbidden to run user code, or has an action left to run:
     * a value that stays would keep the library's class loader alive.
     */
    private static final ThreadLocal<@Nullable DeferredCalls> CURRENT = new ThreadLocal<>();

    private @Nullable Queue<Runnable> actions;
    private int holds;
    private int bans;

    private DeferredCalls() {}

    /** Runs an action now, or when this thread's hold ends. The action must not throw. */
    static void run(Runnable action) {
        DeferredCalls current = hold();
        current.add(action);
        current.release();
    }

    /** Begins a hold: until {@link #release} this thread only queues actions. */
    static DeferredCalls hold() {
        DeferredCalls current = current();
        current.holds++;
        return current;
    }

    /**
     * Runs a task that has a deadline. Meanwhile this thread must not run user code, because user
     * code has no deadline.
     */
    static void withoutUserCode(Runnable task) {
        DeferredCalls current = current();
        current.bans++;
        try {
            task.run();
        } finally {
            current.bans--;
            current.forget();
        }
    }

    /** Whether this thread may run user code now. */
    static boolean mayRunUserCode() {
        DeferredCalls current = CURRENT.get();
        return current == null || current.bans == 0;
    }

    private static DeferredCalls current() {
        DeferredCalls current = CURRENT.get();
        if (current == null) {
            current = new DeferredCalls();
            CURRENT.set(current);
        }
        return current;
    }

    private void forget() {
        if (holds == 0 && bans == 0 && isEmpty()) {
            CURRENT.remove();
        }
    }

    private void add(Runnable action) {
        if (actions == null) {
            actions = new ArrayDeque<>();
        }
        actions.add(action);
    }

    /** Whether this thread queues further actions. */
    static boolean isHeld() {
        DeferredCalls current = CURRENT.get();
        return current != null && current.holds > 0;
    }

    /** Ends a hold, and runs the queued actions. */
    void release() {
        if (holds > 1) {
            holds--;
            return;
        }
        try {
            drain();
        } finally {
            holds = 0;
            forget();
        }
    }

    private void drain() {
        for (Runnable next = poll(); next != null; next = poll()) {
            next.run();
        }
    }

    private @Nullable Runnable poll() {
        return actions == null ? null : actions.poll();
    }

    private boolean isEmpty() {
        return actions == null || actions.isEmpty();
    }
}
