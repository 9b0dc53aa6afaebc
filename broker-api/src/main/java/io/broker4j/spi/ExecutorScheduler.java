package io.broker4j.spi;

import io.broker4j.BrokerEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs one mailbox on an executor of the user's. What that rejects is tried again, so no message waits for the next one. */
final class ExecutorScheduler implements Scheduler {
    private static final long RETRY_MILLIS = 100;

    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final Events events;
    private volatile boolean rejecting;

    ExecutorScheduler(Executor executor, ScheduledExecutorService timer, Events events) {
        this.executor = executor;
        this.timer = timer;
        this.events = events;
    }

    /** The executor is the user's code, and may run the task at once: both want no lock of ours around them. */
    @Override
    public void schedule(MailboxGroup group) {
        Afterwards.run(() -> submit(group));
    }

    private void submit(MailboxGroup group) {
        try {
            executor.execute(() -> group.sweep(Turn.ENDLESS));
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
            retryLater(group);
        }
    }

    private void retryLater(MailboxGroup group) {
        if (group.isEmpty()) {
            return; // its subscription is closed
        }
        try {
            timer.schedule(() -> schedule(group), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException brokerClosed) {
            return; // nothing is delivered after close
        }
    }
}
