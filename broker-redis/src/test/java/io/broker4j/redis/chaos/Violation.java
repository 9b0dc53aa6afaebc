package io.broker4j.redis.chaos;

import java.util.List;

/**
 * A promise that was not kept.
 *
 * @param evidence the lines of the history that show it, in the order of their times
 */
record Violation(Kind kind, String what, List<Entry> evidence) {

    /** Which promise, with the rules of {@code docs/guarantees.md}. */
    enum Kind {
        /** Received, although nobody published it, or its publish failed as one that nobody receives (P3). */
        NEVER_SENT,
        /** Received twice by one subscription (D7). */
        TWICE,
        /** Put on the medium twice, whether or not a subscriber noticed (P4). */
        RESENT,
        /** Received after a later one of the same publisher and topic (D1). */
        DISORDER,
        /** Received later than the publish time-out and the medium's delays explain (D7). */
        LATE,
        /** Published with success after the subscription was live, not received, and no gap in its place (S2, D8). */
        LOST,
        /** A future that did not complete in its time (P1, S9). */
        OVERDUE,
        /** A subscription that received nothing published after the last fault within 10 s (C1, C2). */
        DEAF,
        /** A publisher that published nothing with success within 10 s of the last fault. */
        MUTE,
        /** Threads, connections or memory that were not there at the start (C4, C6). */
        LEFTOVER
    }

    String shown(long origin) {
        StringBuilder lines = new StringBuilder(kind + ": " + what);
        evidence.forEach(entry -> lines.append("\n    ").append(entry.shown(origin)));
        return lines.toString();
    }
}
