package io.broker4j.engine;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs a broker's mailboxes, and all other user code, on the broker's own threads.
 *
 * <p>One worker <em>leads</em>: it takes the ready work, one piece after another, and sweeps it. While the leader moves
 * from mailbox to mailbox, no other thread is woken, so handlers that do not block cost no hand-off between threads. A
 * watch on the timer looks every millisecond while there is work. If a leader has been in the same mailbox since the
 * last look, its turn is over: it stays with that mailbox until the mailbox is empty, and another worker leads. While
 * leaders are held up like this and work waits, each look starts more leaders than the look before, so hundreds of
 * blocking handlers begin within a few looks. Where cores are idle and work keeps waiting, further workers lead too,
 * until nothing is ready. The {@link ReadyQueue} decides what runs next. A thread that is idle for some seconds ends.
 *
 * <p>Threads: the workers; one that starts them; and the broker's timer, on which the watch looks.
 */
final class Dispatcher implements Scheduler {
    /** The role of the threads where user code runs. */
    static final String WORKER = "worker";

    private static final int MAX_LEADERS = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    private static final int IDLE_SECONDS = 5;
    private static final int RETRY_MILLIS = 100;

    private final Machine machine;
    private final ReadyQueue ready = new ReadyQueue();
    private final ThreadPoolExecutor threads;
    private final Watch watch;
    private final Relief relief;
    private final Completions completions;

    /** Starts leaders for the watch: starting a thread takes a while on a busy machine, and the timer must not wait. */
    private final ThreadPoolExecutor starter;

    /** The one leader that waits when nothing is ready; null until there is work. */
    private final AtomicReference<@Nullable Worker> first = new AtomicReference<>();

    private final Set<Worker> leaders = ConcurrentHashMap.newKeySet();

    /** Leaders that are still to be started. */
    private final AtomicInteger recruits = new AtomicInteger();

    private volatile boolean closed;

    Dispatcher(Events events, Machine machine) {
        ThreadFactory workers = machine.threads(WORKER);
        this.machine = machine;
        this.completions = new Completions(events, this, machine);
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), workers);
        this.starter =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), workers);
        this.starter.allowCoreThreadTimeOut(true);
        this.relief = new Relief(this, ready, MAX_LEADERS);
        this.watch = new Watch(machine, relief::look);
    }

    @Override
    public void schedule(MailboxGroup group) {
        add(group);
    }

    /** Queues work for one sweep. */
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

    /** Runs the completion of a user's future, soon and on a worker. */
    void complete(Runnable completion) {
        completions.add(completion);
    }

    /** Runs a task other than mailboxes; false if no thread is available now. */
    boolean execute(Runnable task) {
        try {
            threads.execute(task);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError none) {
            return false;
        }
    }

    /** Starts the waiting leader, unless it exists. If no thread is available, the watch tries again. */
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

    /** Starts the waiting leader, unless it exists, and up to {@code count} further leaders while work waits. */
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

    /** The next work for a leader; null if its turn is over. The first leader waits for work. */
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

    /** Removes a leader whose thread ends, for any reason, or could not be started. */
    void leaves(Worker leader) {
        leaders.remove(leader);
        if (first.compareAndSet(leader, null) && !ready.isEmpty()) {
            watch.begin(); // the watch starts another leader
        }
    }

    /** Wakes failed work after a delay, so that it does not wait for ever. */
    void wakeLater(Work work) {
        machine.timer().schedule(() -> DeferredCalls.withoutUserCode(work::wake), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Begins to watch the leaders, because one of them is at work. Returns the number of the last
     * look.
     */
    long watch() {
        watch.begin();
        return watch.looks();
    }

    /** Whether a leader takes the work that is added. */
    boolean isLed() {
        Worker leader = first.get();
        return leader != null && !leader.isOver();
    }

    List<Worker> leaders() {
        return List.copyOf(leaders);
    }

    /** Ends the turn of a leader that makes no progress. The leader stays in its current mailbox. */
    void relieve(Worker leader) {
        leaders.remove(leader);
        DeferredCalls.withoutUserCode(leader::end); // an inline handler would run on the timer
    }

    /**
     * Ends all turns, as soon as the pending completions have begun or their deadline has passed. Handlers in progress
     * may continue until a deadline; then they are interrupted.
     */
    void close(long deadlineNanos, long completedNanos) {
        completions.flush(completedNanos);
        closed = true;
        starter.shutdownNow();
        leaders.forEach(Worker::end);
        threads.shutdown();
        if (!Deadline.awaitEnd(threads, deadlineNanos)) {
            threads.shutdownNow();
        }
        completions.close();
    }

    /** After closing, runs the completions for which no thread was available. A stage may block the calling thread. */
    void completeRest() {
        completions.runRest();
    }

    /** After closing, waits for interrupted handlers until a deadline. */
    void awaitEnd(long deadlineNanos) {
        Deadline.awaitEnd(threads, deadlineNanos);
    }
}
