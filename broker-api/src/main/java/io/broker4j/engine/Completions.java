package io.broker4j.engine;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Completes users' futures on workers. The stages chained to them run there and may block; this delays neither the
 * timer nor a transport's thread nor other completions. Many completions share one hand-off.
 */
final class Completions extends Work {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");
    /** Completions to run before other work has its turn. */
    private static final int BATCH = 256;

    private static final int MAX_UNATTENDED = 1_000;

    private final Events events;
    private final Dispatcher dispatcher;
    private final Machine machine;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean closed;

    Completions(Events events, Dispatcher dispatcher, Machine machine) {
        this.events = events;
        this.dispatcher = dispatcher;
        this.machine = machine;
    }

    /** Runs a completion soon, on another thread; completions run in the order of the calls unless one blocks. */
    void add(Runnable completion) {
        waiting.add(completion);
        wake();
    }

    @Override
    void wake() {
        if (!waiting.isEmpty() && !scheduled.get() && scheduled.compareAndSet(false, true)) {
            if (closed) {
                runApart();
            } else {
                dispatcher.add(this);
            }
        }
    }

    @Override
    void sweep(Turn turn) {
        scheduled.set(false); // before looking: a completion added from here on wakes again
        UserCall call = UserCall.begin(events, null);
        try {
            for (int i = 0; i < BATCH && !turn.isOver(); i++) {
                Runnable next = waiting.poll();
                if (next == null) {
                    return;
                }
                turn.mailboxBegins();
                run(next);
            }
        } finally {
            call.end();
        }
        wake();
    }

    private static void run(Runnable completion) {
        try {
            completion.run();
        } catch (Throwable thrown) {
            LOGGER.log(System.Logger.Level.WARNING, "completing a future failed", Failures.printable(thrown));
        } finally {
            Thread.interrupted(); // a stage may have left an interrupt
        }
    }

    @Override
    int unattended() {
        return (int) waiting.stream().limit(MAX_UNATTENDED).count();
    }

    /** Waits until every completion added so far has begun, or until a deadline. */
    void flush(long deadlineNanos) {
        if (waiting.isEmpty()) {
            return; // nothing to wait for; asking for a worker could take long
        }
        CompletableFuture<Void> begun = new CompletableFuture<>();
        add(() -> begun.complete(null));
        try {
            begun.get(Deadline.left(deadlineNanos).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            return; // close() runs the rest
        }
    }

    /** Runs the remaining and all later completions on a thread of their own, because the workers have ended. */
    void close() {
        closed = true;
        scheduled.set(false);
        wake();
    }

    /**
     * Runs completions on a new thread. If none is available, runs them here if user code may run,
     * or leaves them to {@link #runRest}.
     */
    private void runApart() {
        if (!machine.start(Dispatcher.WORKER, this::runRest) && DeferredCalls.mayRunUserCode()) {
            runRest();
        }
    }

    /** After closing, runs the completions for which no thread was available. A stage may block the calling thread. */
    void runRest() {
        do {
            sweep(Turn.ENDLESS);
        } while (!waiting.isEmpty());
    }
}
