package io.broker4j.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks after a delay, on a thread where handlers may run. If no thread is available, tries again. Runs nothing
 * after the broker is closed.
 */
final class Later {
    private static final long RETRY_MILLIS = 100;

    private final ScheduledExecutorService timer;
    private final Dispatcher dispatcher;

    Later(ScheduledExecutorService timer, Dispatcher dispatcher) {
        this.timer = timer;
        this.dispatcher = dispatcher;
    }

    void run(long millis, Runnable task) {
        try {
            timer.schedule(() -> begin(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException brokerClosed) {
            return; // a closed broker does not need the task
        }
    }

    private void begin(Runnable task) {
        if (!dispatcher.execute(task)) {
            run(RETRY_MILLIS, task);
        }
    }
}
