package io.broker4j.redis.chaos;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Prints what happens, with the seconds since it was made. Safe for use from any thread. */
final class Timeline {
    private final PrintStream out;
    private final long started = System.nanoTime();
    private final Map<String, String> states = new HashMap<>();

    Timeline(PrintStream out) {
        this.out = out;
    }

    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    synchronized void add(String who, String what) {
        out.printf(Locale.ROOT, "%7.3f s  %-9s %s%n", seconds(), who, what);
    }

    /** Prints a state when it is another than before. */
    synchronized void state(String who, String what, Object now) {
        if (!now.toString().equals(states.put(who + what, now.toString()))) {
            add(who, what + ": " + now);
        }
    }
}
