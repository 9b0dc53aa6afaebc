package io.broker4j.spi;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A thread's work for a {@link Dispatcher}, from the moment it leads until its turn is over. */
final class Worker implements Runnable, Turn {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");

    /** How a leader gets on, as the watch sees it. */
    enum Progress {
        /** It has nothing to do, or something else than at the last look. */
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
                dispatcher.watch();
                sweep(next);
                work = null;
                if (over) {
                    next.wake(); // what this sweep has left out is the next leader's
                }
            }
        } finally {
            dispatcher.leaves(this);
        }
    }

    /** User code is caught where it is called. What comes here is a fault of ours, or no memory, and must not end the leading. */
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
            waiting.set(true); // before looking: who changes the condition after that sees it, and signals
            if (condition.getAsBoolean() || over) {
                waiting.set(false);
                return;
            }
            LockSupport.park(this);
            Thread.interrupted(); // or it would never park again
        }
    }

    void signal() {
        if (waiting.get() && waiting.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    /** Ends this turn. The work it is in is woken for the next leader, since this one may be blocked in a handler. */
    void end() {
        over = true;
        Work current = work;
        if (current != null) {
            current.wake();
        }
        signal();
    }

    /** What it is in, if it is at work. */
    @Nullable
    Work work() {
        return work;
    }

    /** How it has got on since this was asked last; asked by the watch. */
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
