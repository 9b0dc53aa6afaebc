package io.broker4j.inmemory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Outlet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A medium without faults: hands frames to the subscribers of their topics, and stores the logs. The frames of a topic
 * are delivered in the topic's turn, so every subscriber receives them in the same order.
 */
final class Loopback {
    private static final CompletableFuture<Void> SENT = CompletableFuture.completedFuture(null);
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final String name;
    private final Routes routes = new Routes();
    private final Turns turns = new Turns();
    private final StoredLogs logs = new StoredLogs();
    private final ScheduledThreadPoolExecutor tasks = oneThreadWhileNeeded();

    Loopback(String name) {
        this.name = name;
    }

    private static ScheduledThreadPoolExecutor oneThreadWhileNeeded() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "broker-memory-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(100, TimeUnit.MILLISECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return executor;
    }

    Routes routes() {
        return routes;
    }

    Turns turns() {
        return turns;
    }

    StoredLogs logs() {
        return logs;
    }

    /** Runs tasks on a thread that holds no lock. */
    ScheduledExecutorService tasks() {
        return tasks;
    }

    Outlet outlet(String topic) {
        return new TopicOutlet(topic);
    }

    private final class TopicOutlet implements Outlet {
        private final String topic;
        private final ReentrantLock turn;

        @GuardedBy("turn")
        private Routes.Target[] targets = {};

        @GuardedBy("turn")
        private int changes = -1;

        TopicOutlet(String topic) {
            this.topic = topic;
            this.turn = turns.of(topic);
        }

        @Override
        public CompletableFuture<Void> publish(Frame frame) {
            turn.lock();
            try {
                for (Routes.Target target : targets()) {
                    target.received(topic, frame);
                }
                return SENT;
            } finally {
                turn.unlock();
            }
        }

        @GuardedBy("turn")
        private Routes.Target[] targets() {
            int now = routes.changes();
            if (now != changes) {
                changes = now;
                targets = routes.to(topic);
            }
            return targets;
        }
    }

    Position append(String topic, Frame frame, Retention retention) {
        return turns.inTurn(topic, () -> hint(topic, logs.append(topic, frame, retention)));
    }

    /** Sends a hint. */
    Position hint(String topic, Position last) {
        return turns.inTurn(topic, () -> {
            for (Routes.Target target : routes.to(topic)) {
                target.received(topic, new Frame.Hint(last));
            }
            return last;
        });
    }

    /**
     * Appends the dead letter and acknowledges the entry, or does neither. The group's log is
     * locked, so no member takes over the entry in between. Returns how many entries the other log
     * dropped for the dead letter; empty if the member does not own the entry.
     */
    OptionalLong bury(
            StoredLog log, Groups.Member member, Position position, String deadTopic, Frame dead, Retention retention) {
        return turns.inTurn(deadTopic, () -> {
            long before = logs.length(deadTopic);
            Optional<Position> buried = log.bury(member, position, () -> logs.append(deadTopic, dead, retention));
            buried.ifPresent(last -> hint(deadTopic, last));
            return buried.isPresent() ? OptionalLong.of(before + 1 - logs.length(deadTopic)) : OptionalLong.empty();
        });
    }

    /**
     * Called when every broker and handle is closed: tasks that wait are dropped. Does not interrupt a delivery in
     * progress, because it may be in an inline handler.
     */
    void close() {
        tasks.shutdown();
    }

    @Override
    public String toString() {
        return "memory:" + name;
    }
}
