package io.broker4j.engine;

import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A machine whose time passes when a test says so. Its threads are real, and so are the waits of a thread that closes. */
final class ManualMachine extends Machine {
    private static final Duration STEP = Duration.ofMillis(100);

    private final ManualTimer time;

    ManualMachine() {
        this(new ManualTimer());
    }

    private ManualMachine(ManualTimer time) {
        super(ManualMachine::daemon, time.executor);
        this.time = time;
    }

    private static ThreadFactory daemon(String role) {
        return task -> {
            Thread thread = new Thread(task, role);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    long nanos() {
        return time.nanos.get();
    }

    @Override
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos());
    }

    /** Lets time pass: what is due then runs on the calling thread, at its time, in order. */
    void pass(Duration duration) {
        time.passUntil(nanos() + duration.toNanos());
    }

    /** Lets time pass until a condition holds, and gives the other threads time to follow. */
    void passUntil(String what, BooleanSupplier condition) {
        await(what).pollInterval(Duration.ofMillis(1)).until(() -> {
            boolean holds = condition.getAsBoolean();
            if (!holds) {
                pass(STEP);
            }
            return holds;
        });
    }

    /** Tasks of the timer, the first that is due first. */
    private static final class ManualTimer {
        final AtomicLong nanos = new AtomicLong();
        final ScheduledExecutorService executor =
                mock(ScheduledExecutorService.class, withSettings().stubOnly());
        private final PriorityBlockingQueue<Task> tasks = new PriorityBlockingQueue<>(
                16, Comparator.comparingLong(Task::at).thenComparingLong(Task::number));
        private final AtomicLong numbers = new AtomicLong();
        private volatile boolean shutDown;

        private record Task(long at, long number, Runnable run) {}

        ManualTimer() {
            doAnswer(call -> schedule(call.getArgument(0), 0)).when(executor).execute(any());
            when(executor.schedule(any(Runnable.class), anyLong(), any()))
                    .thenAnswer(call -> schedule(
                            call.getArgument(0), call.<TimeUnit>getArgument(2).toNanos(call.getArgument(1))));
            when(executor.shutdownNow()).thenAnswer(call -> {
                shutDown = true;
                return new ArrayList<>(List.<Runnable>of());
            });
            try {
                when(executor.awaitTermination(anyLong(), any())).thenReturn(true);
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        private ScheduledFuture<?> schedule(Runnable run, long delayNanos) {
            if (shutDown) {
                throw new RejectedExecutionException("shut down");
            }
            Task task = new Task(nanos.get() + delayNanos, numbers.incrementAndGet(), run);
            tasks.add(task);
            ScheduledFuture<?> future =
                    mock(ScheduledFuture.class, withSettings().stubOnly());
            when(future.cancel(false)).thenAnswer(call -> tasks.remove(task));
            return future;
        }

        void passUntil(long end) {
            for (Task next = tasks.peek(); next != null && next.at <= end; next = tasks.peek()) {
                if (tasks.remove(next)) {
                    nanos.accumulateAndGet(next.at, Math::max);
                    next.run.run();
                }
            }
            nanos.set(end);
        }
    }
}
