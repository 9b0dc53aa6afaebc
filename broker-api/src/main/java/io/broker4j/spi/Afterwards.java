package io.broker4j.spi;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What a thread does as soon as it holds no lock of ours: the user's code, be it a handler that is served inline or an
 * executor. While a thread {@linkplain #hold holds}, or is doing such a thing, further ones wait their turn; so nothing
 * recurses either.
 */
final class Afterwards {
    private static final ThreadLocal<Afterwards> CURRENT = ThreadLocal.withInitial(Afterwards::new);

    private final Queue<Runnable> actions = new ArrayDeque<>();
    private int holds;

    private Afterwards() {}

    /** Does something now, or when this thread's hold ends. It must not throw. */
    static void run(Runnable action) {
        Afterwards current = CURRENT.get();
        current.actions.add(action);
        if (current.holds == 0) {
            current.drain();
        }
    }

    /** From here to {@link #release} this thread only takes note. */
    static Afterwards hold() {
        Afterwards current = CURRENT.get();
        current.holds++;
        return current;
    }

    /** Ends a hold, and does what has waited for that. */
    void release() {
        if (--holds == 0 && !actions.isEmpty()) {
            drain();
        }
    }

    private void drain() {
        holds++;
        try {
            for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
                action.run();
            }
        } finally {
            holds--;
        }
    }
}
