package io.broker4j.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Time as the readers of logs see it. Runs tasks after a delay, on a thread where handlers may run.
 * If no thread is available, tries again. Runs nothing after the broker is closed.
 */
final class Later {
    private static final long RETRY_MILLIS = 100;

    private final Machine machine;
    private final Dispatcher dispatcher;

    Later(Machine machine, Dispatcher dispatcher) {
        this.machine = machine;
        this.dispatcher = dispatcher;
    }

    /** As {@link Machine#nanos}. */
    long nanos() {
        return machine.nanos();
    }

    /** Runs a task at a random moment between two delays. */
    void runBetween(long fromMillis, long toMillis, Runnable task) {
        run(fromMillis + machine.random(toMillis - fromMillis + 1), task);
    }

    void run(long millis, Runnable task) {
        try {
            machine.timer().schedule(() -> begin(task), millis, TimeUnit.MILLISECONDS);
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
