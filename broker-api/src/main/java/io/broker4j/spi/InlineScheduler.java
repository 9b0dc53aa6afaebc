package io.broker4j.spi;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Runs mailboxes on the thread that brings the message, but neither recursively nor under a lock: while that thread holds a
 * {@link #hold} or runs a mailbox, groups wait until it is done.
 */
final class InlineScheduler implements Scheduler {
    static final InlineScheduler INSTANCE = new InlineScheduler();

    private static final ThreadLocal<Waiting> WAITING = ThreadLocal.withInitial(Waiting::new);

    /** What a thread has left for later. */
    static final class Waiting {
        private final Queue<MailboxGroup> groups = new ArrayDeque<>();
        private int holds;

        /** Ends a hold, and runs what waited for that. */
        void release() {
            if (--holds == 0 && !groups.isEmpty()) {
                run(this);
            }
        }
    }

    private InlineScheduler() {}

    @Override
    public void schedule(MailboxGroup group) {
        Waiting waiting = WAITING.get();
        waiting.groups.add(group);
        if (waiting.holds == 0) {
            run(waiting);
        }
    }

    /** From here to {@link Waiting#release} this thread runs no mailbox. */
    static Waiting hold() {
        Waiting waiting = WAITING.get();
        waiting.holds++;
        return waiting;
    }

    private static void run(Waiting waiting) {
        waiting.holds++;
        try {
            for (MailboxGroup group = waiting.groups.poll(); group != null; group = waiting.groups.poll()) {
                group.sweep(Turn.ENDLESS);
            }
        } finally {
            waiting.holds--;
        }
    }
}
