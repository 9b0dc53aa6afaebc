package io.broker4j.spi;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a thread does as soon as it holds no lock of ours: the user's code, be it a handler that is served inline or an
 * executor. While a thread {@linkplain #hold holds}, or is doing such a thing, further ones wait their turn; so nothing
 * recurses either.
 */
final class Afterwards {
    /** Set while a thread holds, or has something left to do; no longer, because it would keep our class loader alive. */
    private static final ThreadLocal<@Nullable Afterwards> CURRENT = new ThreadLocal<>();

    private @Nullable Queue<Runnable> actions;
    private int holds;

    private Afterwards() {}

    /** Does something now, or when this thread's hold ends. It must not throw. */
    static void run(Runnable action) {
        Afterwards current = hold();
        current.add(action);
        current.release();
    }

    /** From here to {@link #release} this thread only takes note. */
    static Afterwards hold() {
        Afterwards current = CURRENT.get();
        if (current == null) {
            current = new Afterwards();
            CURRENT.set(current);
        }
        current.holds++;
        return current;
    }

    private void add(Runnable action) {
        if (actions == null) {
            actions = new ArrayDeque<>();
        }
        actions.add(action);
    }

    /** Whether further actions of this thread wait their turn. */
    static boolean isHeld() {
        Afterwards current = CURRENT.get();
        return current != null && current.holds > 0;
    }

    /** Ends a hold, and does what has waited for that. */
    void release() {
        if (holds > 1) {
            holds--;
            return;
        }
        try {
            drain();
        } finally {
            holds = 0;
            if (isEmpty()) {
                CURRENT.remove();
            }
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
