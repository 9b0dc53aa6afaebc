package io.broker4j.spi;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs the mailboxes of a broker, and all other code of users, on its own threads.
 *
 * <p>One worker <em>leads</em>: it takes the work that is ready, one piece after another, and sweeps it. While it keeps moving
 * from mailbox to mailbox nothing else happens, so handlers that do not block cost no hand-off between threads. A watch on the
 * timer looks every millisecond, while there is work. A leader that has been in one and the same mailbox since the last look has
 * had its turn: it stays with that mailbox until it is empty, and another worker leads. As long as leaders are held up like that
 * and work waits, each look starts more leaders than the look before, so hundreds of handlers that block begin within a few looks.
 * Where there are cores to spare and work keeps waiting,
 * further workers lead too, until none is ready. A thread that is idle for some seconds ends.
 */
final class Dispatcher implements Scheduler {
    private static final int MAX_LEADERS = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    private static final int IDLE_SECONDS = 5;
    private static final int RETRY_MILLIS = 100;

    private final ScheduledExecutorService timer;
    private final ReadyQueue ready = new ReadyQueue();
    private final ThreadPoolExecutor threads;
    private final Watch watch;
    private final Relief relief;
    private final Completions completions;

    /** Starts leaders for the watch, since starting a thread takes a while on a busy machine, and the timer must not wait. */
    private final ThreadPoolExecutor starter;

    /** The one leader that waits when nothing is ready; null until there is work. */
    private final AtomicReference<@Nullable Worker> first = new AtomicReference<>();

    private final Set<Worker> leaders = ConcurrentHashMap.newKeySet();

    /** Leaders that are still to be started. */
    private final AtomicInteger recruits = new AtomicInteger();

    private volatile boolean closed;

    Dispatcher(Events events, ScheduledExecutorService timer, ThreadFactory workers) {
        this.timer = timer;
        this.completions = new Completions(events, this);
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), workers);
        this.starter =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), workers);
        this.starter.allowCoreThreadTimeOut(true);
        this.relief = new Relief(this, ready, MAX_LEADERS);
        this.watch = new Watch(timer, relief::look);
    }

    @Override
    public void schedule(MailboxGroup group) {
        add(group);
    }

    /** Has work swept; called once per sweep. */
    void add(Work work) {
        ready.add(work);
        Worker leader = first.get();
        if (leader != null) {
            leader.signal();
        } else {
            startFirst();
        }
        watch.begin();
    }

    /** Runs what completes a future that a user has, soon and on a worker. */
    void complete(Runnable completion) {
        completions.add(completion);
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

    /** Starts the leader that waits, unless there is one. If there is no thread to be had the watch tries again. */
    private void startFirst() {
        Worker previous = first.get();
        if (previous == null || previous.isOver()) {
            Worker worker = new Worker(this);
            if (first.compareAndSet(previous, worker)) {
                start(worker);
            }
        }
    }

    private boolean start(Worker worker) {
        leaders.add(worker);
        if (!closed && execute(worker)) {
            return true;
        }
        leaves(worker);
        return false;
    }

    /** Has the leader that waits started, unless there is one, and so many others while work waits. */
    void recruit(int count) {
        recruits.accumulateAndGet(count, Math::max);
        try {
            starter.execute(this::startRecruits);
        } catch (RejectedExecutionException | OutOfMemoryError none) {
            recruits.set(0); // the next look tries again
        }
    }

    private void startRecruits() {
        startFirst();
        while (!ready.isEmpty() && recruits.get() > 0 && start(new Worker(this))) {
            recruits.getAndDecrement();
        }
        recruits.set(0);
    }

    /** The next work for a leader, which waits if it is the first one; null if its turn is over. */
    @Nullable
    Work next(Worker leader) {
        while (!leader.isOver() && !closed) {
            Work work = ready.poll();
            if (work != null) {
                return work;
            }
            if (first.get() != leader) {
                break;
            }
            leader.await(() -> !ready.isEmpty() || closed);
        }
        return null;
    }

    /** Takes a leader out: its thread ends, for whatever reason, or could not be started. */
    void leaves(Worker leader) {
        leaders.remove(leader);
        if (first.compareAndSet(leader, null) && !ready.isEmpty()) {
            watch.begin(); // which has another one started
        }
    }

    /** Wakes work that failed, after a while: what waits there must not wait for ever. */
    void wakeLater(Work work) {
        timer.schedule(work::wake, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Begins to look after the leaders, now that one of them is at work. */
    void watch() {
        watch.begin();
    }

    /** Whether there is a leader that takes what is added. */
    boolean isLed() {
        Worker leader = first.get();
        return leader != null && !leader.isOver();
    }

    List<Worker> leaders() {
        return List.copyOf(leaders);
    }

    /** Ends the turn of a leader that does not get on. It stays in the mailbox that it is in. */
    void relieve(Worker leader) {
        leaders.remove(leader);
        leader.end();
    }

    /**
     * Ends all turns, as soon as what completes futures has begun or its deadline has passed. Handlers in progress may go on until
     * a deadline, then they are interrupted.
     */
    void close(long deadlineNanos, long completedNanos) {
        completions.flush(completedNanos);
        closed = true;
        starter.shutdownNow();
        leaders.forEach(Worker::end);
        threads.shutdown();
        if (!Threads.awaitEnd(threads, deadlineNanos)) {
            threads.shutdownNow();
        }
        completions.close();
    }

    /** Once closed, waits for what was interrupted, until a deadline. */
    void awaitEnd(long deadlineNanos) {
        Threads.awaitEnd(threads, deadlineNanos);
    }
}
