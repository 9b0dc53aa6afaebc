package io.broker4j.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** Counts the messages that a full {@code DROP_NEWEST} mailbox refused, from the first until its handler is told. */
final class Refused {
    @GuardedBy("this")
    private long count;

    /** Messages missing before the refused ones. */
    @GuardedBy("this")
    private long missing;

    @GuardedBy("this")
    private boolean uncounted;

    @GuardedBy("this")
    private boolean told;

    /** What is announced to the handler. */
    record Account(long count, long missing, boolean uncounted) {}

    Refused(long missing) {
        add(missing);
    }

    /** Counts one more, and what is missing before it; false if the handler has been told already. */
    synchronized boolean add(long missingBefore) {
        if (told) {
            return false;
        }
        count++;
        if (missingBefore == SequenceTracker.UNKNOWN) {
            uncounted = true;
        } else {
            missing += missingBefore;
        }
        return true;
    }

    /** Ends counting, and returns what to announce. */
    synchronized Account tell() {
        told = true;
        return new Account(count, missing, uncounted);
    }

    /** How many messages were counted so far; 0 once they are announced. */
    synchronized long untold() {
        return told ? 0 : count;
    }
}
