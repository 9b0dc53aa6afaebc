package io.broker4j.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A thread's work for a {@link Dispatcher}, from the moment it leads until its turn is over. */
final class Worker implements Runnable, Turn {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");

    /** A leader's progress, as the watch sees it. */
    enum Progress {
        /** It has nothing to do, or other work than at the last look. */
        MOVING,
        /** It goes from mailbox to mailbox, in the same group as at the last look. */
        LONG,
        /** Its thread is blocked now. */
        BLOCKED,
        /** It has been in one mailbox since the last look. */
        STUCK
    }

    private final Dispatcher dispatcher;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile @Nullable Thread thread;
    private volatile boolean over;
    private volatile @Nullable Work work;

    /** Mailboxes begun. */
    private final Tally begun = new Tally();

    /** Used by the watch only. */
    private long begunAtLastLook = -1;

    /** Used by the watch only. */
    private @Nullable Work workAtLastLook;

    Worker(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            for (Work next = dispatcher.next(this); next != null; next = dispatcher.next(this)) {
                work = next;
                long looks = dispatcher.watch();
                sweep(next);
                next.swept(dispatcher.watch() == looks);
                work = null;
                if (over) {
                    next.wake(); // the next leader does the work that this sweep has left
                }
            }
        } finally {
            dispatcher.leaves(this);
        }
    }

    /**
     * User code is caught where it is called. An exception here is a fault of the engine, or lack
     * of memory, and must not end this worker's turn.
     */
    private void sweep(Work next) {
        try {
            next.sweep(this);
        } catch (Throwable unexpected) {
            LOGGER.log(System.Logger.Level.ERROR, "unexpected, please report it", unexpected);
            dispatcher.wakeLater(next);
        }
    }

    /** Waits for a signal until a condition holds or this turn is over. */
    void await(BooleanSupplier condition) {
        while (true) {
            waiting.set(true); // before looking: a thread that changes the condition later sees it, and signals
            if (condition.getAsBoolean() || over) {
                waiting.set(false);
                return;
            }
            LockSupport.park(this);
            Thread.interrupted(); // an interrupted thread would never park again
        }
    }

    void signal() {
        if (waiting.get() && waiting.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Ends this turn. Wakes the worker's current work for the next leader if there is more to do in it, since this worker
     * may be blocked in a handler.
     */
    void end() {
        over = true;
        Work current = work;
        if (current != null && current.unattended() > 0) {
            current.wake();
        }
        signal();
    }

    /** The work that this worker is running, or null. */
    @Nullable
    Work work() {
        return work;
    }

    /** The progress since the last call; called by the watch. */
    Progress progress() {
        Work current = work;
        long now = begun.get();
        boolean isSameMailbox = now == begunAtLastLook;
        boolean isSameWork = current == workAtLastLook;
        begunAtLastLook = now;
        workAtLastLook = current;
        if (current == null) {
            return Progress.MOVING;
        }
        if (isSameMailbox) {
            return Progress.STUCK;
        }
        return isBlocked() ? Progress.BLOCKED : isSameWork ? Progress.LONG : Progress.MOVING;
    }

    private boolean isBlocked() {
        Thread runner = thread;
        return runner != null
                && switch (runner.getState()) {
                    case BLOCKED, WAITING, TIMED_WAITING -> true;
                    default -> false;
                };
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void mailboxBegins() {
        begun.add(1);
    }
}
