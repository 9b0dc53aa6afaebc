package io.broker4j.spi;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A thread's work for a {@link Dispatcher}, from the moment it leads until its turn is over. */
final class Worker implements Runnable, Turn {
    private final Dispatcher dispatcher;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile @Nullable Thread thread;
    private volatile boolean over;
    private volatile @Nullable MailboxGroup group;

    /** Mailboxes begun. */
    private final Tally begun = new Tally();

    /** Used by the watch only. */
    private long begunAtLastLook = -1;

    Worker(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        for (MailboxGroup next = dispatcher.next(this); next != null; next = dispatcher.next(this)) {
            group = next;
            dispatcher.watch();
            next.sweep(this);
            group = null;
            if (over) {
                next.wake(); // what this sweep has left out is the next leader's
            }
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

    /** Ends this turn. The group it is in is woken for the next leader, since this one may be blocked in a handler. */
    void end() {
        over = true;
        MailboxGroup current = group;
        if (current != null) {
            current.wake();
        }
        signal();
    }

    boolean isBusy() {
        return group != null;
    }

    /** Whether it has been in one mailbox since it was asked last; asked by the watch. */
    boolean isStuck() {
        long now = begun.get();
        boolean stuck = group != null && now == begunAtLastLook;
        begunAtLastLook = now;
        return stuck;
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
