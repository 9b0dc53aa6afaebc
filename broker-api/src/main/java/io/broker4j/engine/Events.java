package io.broker4j.engine;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Logs events and passes them to listeners, on one thread that exists while events wait. Never
 * blocks the thread that emits.
 */
final class Events {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");
    private static final int MAX_WAITING = 1024;

    private final List<Consumer<? super BrokerEvent>> listeners = new CopyOnWriteArrayList<>(List.of(Events::log));
    private final AtomicLong lost = new AtomicLong();
    private final ThreadPoolExecutor thread;

    Events(Machine machine) {
        thread = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), machine.threads("events"));
        thread.allowCoreThreadTimeOut(true);
    }

    Broker.Listening add(Consumer<? super BrokerEvent> listener) {
        Consumer<? super BrokerEvent> registration = listener::accept;
        listeners.add(registration);
        return () -> listeners.remove(registration);
    }

    void emit(BrokerEvent event) {
        try {
            thread.execute(() -> tellAndCount(event));
        } catch (RejectedExecutionException | OutOfMemoryError fullOrNoThread) {
            lost.incrementAndGet();
        }
    }

    /**
     * Passes on one event. If no other event waits, also reports how many events were lost because
     * the queue was full.
     */
    private void tellAndCount(BrokerEvent event) {
        tell(event);
        if (lost.get() > 0 && thread.getQueue().isEmpty()) {
            tell(new BrokerEvent.EventsLost(lost.getAndSet(0)));
        }
    }

    private void tell(BrokerEvent event) {
        for (Consumer<? super BrokerEvent> listener : listeners) {
            try {
                UserCall.run(this, () -> listener.accept(event));
            } catch (Throwable thrown) {
                logFailure(
                        "a broker event listener threw at a " + event.getClass().getSimpleName(), thrown);
            }
        }
    }

    /**
     * If logging itself fails, the thread's uncaught exception handler gets the failure; the
     * listeners are still called.
     */
    private static void logFailure(String what, Throwable cause) {
        try {
            LOGGER.log(System.Logger.Level.WARNING, what, Failures.printable(cause));
        } catch (Throwable broken) {
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, broken);
        }
    }

    private static void log(BrokerEvent event) {
        if (event instanceof BrokerEvent.HandlerFailed failed) {
            logFailure("a handler of " + failed.topic() + " failed", failed.cause());
            return;
        }
        if (event instanceof BrokerEvent.Undecodable undecodable) {
            logFailure(
                    "message " + undecodable.messageId() + " of " + undecodable.topic() + " cannot be decoded",
                    undecodable.cause());
            return;
        }
        boolean good = event instanceof BrokerEvent.Connected
                || event instanceof BrokerEvent.Restored
                || event instanceof BrokerEvent.Ignored;
        System.Logger.Level level = good ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING;
        LOGGER.log(level, "{0}", event);
    }

    /**
     * Passes on the waiting events, and ends the thread when all are passed on or the deadline has
     * passed. Logs the number of events that are left.
     */
    void close(long deadlineNanos) {
        thread.shutdown();
        if (!Deadline.awaitEnd(thread, deadlineNanos)) {
            int left = thread.shutdownNow().size();
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a broker was closed, and listeners were too slow for {0} events",
                    left);
        }
    }
}
