package io.broker4j.engine;

import io.broker4j.BrokerEvent;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs one mailbox on a user's executor, whatever that executor does with its tasks. A worker
 * submits the tasks, because the executor may block, or run a task at once on the submitting
 * thread. A task that is rejected, or does not run in time, is submitted again: the executor may
 * have dropped it. Sweeping a mailbox twice delivers no message twice.
 */
final class ExecutorScheduler extends Work implements Scheduler {
    private static final long RETRY_MILLIS = 100;
    static final Duration LATE = Duration.ofSeconds(5);
    private static final long MAX_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Executor executor;
    private final Dispatcher dispatcher;
    private final Machine machine;
    private final Events events;
    private final LateExecutors late;
    private final long lateNanos;
    private final AtomicBoolean checking = new AtomicBoolean();
    private volatile boolean rejecting;

    /** Set before the first submission. */
    private volatile @Nullable MailboxGroup group;

    /** When the task that has not begun yet was first requested. */
    private volatile long wantedNanos;

    private volatile boolean wanted;

    /** Tasks in progress: the next task may wait for them and is not late meanwhile. */
    private final AtomicInteger running = new AtomicInteger();

    ExecutorScheduler(
            Executor executor,
            Dispatcher dispatcher,
            Machine machine,
            Events events,
            LateExecutors late,
            Duration lateAfter) {
        this.executor = executor;
        this.dispatcher = dispatcher;
        this.machine = machine;
        this.events = events;
        this.late = late;
        this.lateNanos = lateAfter.toNanos();
    }

    @Override
    public void schedule(MailboxGroup mailbox) {
        group = mailbox;
        wantedNanos = machine.nanos();
        wanted = true;
        dispatcher.add(this);
        checkIn(lateNanos, lateNanos);
    }

    @Override
    void sweep(Turn turn) {
        turn.mailboxBegins();
        try {
            executor.execute(this::run);
            if (rejecting) {
                rejecting = false;
                events.emit(new BrokerEvent.Restored());
            }
        } catch (Throwable thrown) {
            if (!rejecting) {
                rejecting = true;
                events.emit(
                        new BrokerEvent.Degraded("a subscription's executor rejects its handler, trying again every "
                                + RETRY_MILLIS + " ms: " + Failures.words(thrown)));
            }
            later(RETRY_MILLIS, () -> dispatcher.add(this));
        } finally {
            Thread.interrupted(); // the executor may have left an interrupt
        }
    }

    private void run() {
        wanted = false;
        if (late.remove(this)) {
            events.emit(new BrokerEvent.Restored());
        }
        MailboxGroup mailbox = group;
        if (mailbox != null) {
            running.incrementAndGet();
            try {
                mailbox.sweep(Turn.ENDLESS);
            } finally {
                running.decrementAndGet();
                wantedNanos = machine.nanos();
            }
        }
    }

    private void checkIn(long nanos, long pauseNanos) {
        if (!checking.get() && checking.compareAndSet(false, true)) {
            later(TimeUnit.NANOSECONDS.toMillis(nanos), () -> check(pauseNanos));
        }
    }

    private void check(long pauseNanos) {
        checking.set(false);
        if (isClosed()) {
            late.remove(this);
            return;
        }
        if (!wanted) {
            if (late.remove(this)) { // the task ran while this check found it late
                events.emit(new BrokerEvent.Restored());
            }
            return;
        }
        long left = running.get() > 0 ? lateNanos : lateNanos - (machine.nanos() - wantedNanos);
        if (left > 0) {
            checkIn(left + TimeUnit.MILLISECONDS.toNanos(1), lateNanos);
            return;
        }
        if (late.add(this)) {
            events.emit(new BrokerEvent.Degraded(LateExecutors.DETAIL));
        }
        dispatcher.add(this);
        checkIn(pauseNanos, Math.min(2 * pauseNanos, MAX_PAUSE_NANOS));
    }

    /** Whether there is nothing more to deliver. */
    boolean isClosed() {
        MailboxGroup mailbox = group;
        return mailbox == null || mailbox.isEmpty() || mailbox.isClosed();
    }

    private void later(long millis, Runnable task) {
        if (isClosed()) {
            late.remove(this);
            return;
        }
        try {
            machine.timer().schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException brokerClosed) {
            return; // nothing is delivered after close
        }
    }

    /** Work that was blocked in the executor continues there by itself. */
    @Override
    void wake() {}

    @Override
    int unattended() {
        return 0;
    }
}
