package io.broker4j.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs the mailboxes of a broker on its own threads.
 *
 * <p>One worker <em>leads</em>: it takes the groups that are ready, one after another, and runs their mailboxes. While it
 * keeps moving from mailbox to mailbox nothing else happens, so handlers that do not block cost no hand-off between threads.
 * A watch on the timer looks every millisecond, while there is work, whether a leader has been in one and the same mailbox
 * since the last look; then its turn is over: it stays with that mailbox until it is empty, and another worker leads. So a
 * handler that blocks, or is slow, delays its neighbours by a millisecond or two, and there are at most as many threads as
 * handlers that block, and one. Where there are cores to spare and groups keep waiting, further workers lead too, until
 * none is ready.
 */
final class Dispatcher implements Scheduler {
    private static final long WATCH_MILLIS = 1;
    /** Looks without work after which the watch ends. */
    private static final int IDLE_LOOKS = 50;

    private static final int MAX_LEADERS = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);

    private final Queue<MailboxGroup> ready = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean watching = new AtomicBoolean();

    /** The one leader that waits when nothing is ready; null until there is work. Written under the lock. */
    private volatile @Nullable Worker first;

    /** Guarded by this. */
    private final List<Worker> leaders = new ArrayList<>();

    /** Guarded by this. */
    private boolean closed;

    /** Used by the watch only. */
    private int idleLooks;

    /** Used by the watch only. */
    private boolean keptWaiting;

    Dispatcher(ScheduledExecutorService timer, ThreadFactory workers) {
        this.timer = timer;
        this.threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), workers);
    }

    @Override
    public void schedule(MailboxGroup group) {
        ready.add(group);
        Worker leader = first;
        if (leader != null) {
            leader.signal();
        } else {
            startFirst();
        }
    }

    /** Runs something else than mailboxes; whether there is a thread to be had now. */
    boolean execute(Runnable task) {
        try {
            threads.execute(task);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError none) {
            return false;
        }
    }

    private synchronized void startFirst() {
        if (first == null && !closed) {
            first = lead();
        }
        if (first == null) {
            watch(); // which tries again
        }
    }

    /** A new leader, or null if there is no thread to be had now. Called under the lock. */
    private @Nullable Worker lead() {
        Worker worker = new Worker(this);
        try {
            threads.execute(worker);
        } catch (RejectedExecutionException | OutOfMemoryError none) {
            return null;
        }
        leaders.add(worker);
        return worker;
    }

    /** The next group for a leader, which waits if it is the first one; null if its turn is over. */
    @Nullable
    MailboxGroup next(Worker leader) {
        while (!leader.isOver()) {
            MailboxGroup group = ready.poll();
            if (group != null) {
                return group;
            }
            if (!isFirst(leader)) {
                break;
            }
            leader.await(() -> !ready.isEmpty());
        }
        synchronized (this) {
            leaders.remove(leader);
        }
        return null;
    }

    /** Under the lock, since a leader runs before it is known that it could be started, and so before it is made the first. */
    private synchronized boolean isFirst(Worker leader) {
        return leader == first;
    }

    /** Begins to look after the leaders, now that one of them is at work. */
    void watch() {
        if (!watching.get() && watching.compareAndSet(false, true)) {
            idleLooks = 0;
            lookLater();
        }
    }

    private void lookLater() {
        try {
            timer.schedule(this::look, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException timerClosed) {
            watching.set(false);
        }
    }

    private void look() {
        boolean waiting = !ready.isEmpty();
        boolean busy = relieveStuck() || waiting;
        if (waiting && first == null) {
            startFirst();
        } else if (waiting && keptWaiting) {
            addLeader();
        }
        keptWaiting = waiting;
        idleLooks = busy ? 0 : idleLooks + 1;
        if (idleLooks < IDLE_LOOKS) {
            lookLater();
        } else {
            watching.set(false);
            if (!ready.isEmpty() || isAnyBusy()) { // a leader says that it is busy before it sees to the watch
                watch();
            }
        }
    }

    /** Whether any leader is at work. */
    private synchronized boolean relieveStuck() {
        boolean busy = false;
        for (Worker leader : List.copyOf(leaders)) {
            busy |= leader.isBusy();
            if (leader.isStuck() && !closed) {
                relieve(leader);
            }
        }
        return busy;
    }

    /** Called under the lock. */
    private void relieve(Worker leader) {
        Worker successor = leader == first ? lead() : leader;
        if (successor != null) {
            first = leader == first ? successor : first;
            leaders.remove(leader);
            leader.end();
        }
    }

    private synchronized boolean isAnyBusy() {
        return leaders.stream().anyMatch(Worker::isBusy);
    }

    private synchronized void addLeader() {
        if (leaders.size() < MAX_LEADERS && !closed) {
            lead();
        }
    }

    /** Ends all turns; handlers in progress may go on until a deadline, then they are interrupted. */
    void close(long deadlineNanos) {
        synchronized (this) {
            closed = true;
            leaders.forEach(Worker::end);
        }
        threads.shutdown();
        if (!Threads.awaitEnd(threads, deadlineNanos)) {
            threads.shutdownNow();
        }
    }
}
