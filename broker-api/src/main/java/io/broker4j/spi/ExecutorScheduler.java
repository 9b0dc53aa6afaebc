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

    ExecutorScheduler(Executor executor, ScheduledExecutorService timer, Events events) {
        this.executor = executor;
        this.timer = timer;
        this.events = events;
    }

    @Override
    public void schedule(MailboxGroup group) {
        try {
            executor.execute(() -> group.sweep(Turn.ENDLESS));
        } catch (RejectedExecutionException rejected) {
            events.emit(new BrokerEvent.Degraded("a subscription's executor rejects its handler, trying again every "
                    + RETRY_MILLIS + " ms: " + rejected));
            retryLater(group);
        }
    }

    private void retryLater(MailboxGroup group) {
        try {
            timer.schedule(() -> schedule(group), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException brokerClosed) {
            return; // nothing is delivered after close
        }
    }
}
