package io.broker4j.inmemory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.PublishException;
import io.broker4j.spi.Frame;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The faults of a {@link SharedMedium}. While there is no fault, publishes bypass it. Its lock is
 * taken after the topics' turns.
 */
final class BadNetwork {
    private record Held(String topic, Frame frame) {}

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final Turns turns;
    private volatile boolean good = true;
    private volatile boolean stalled;
    private volatile boolean losingHints;
    private final Stall stall = new Stall();

    @GuardedBy("this")
    private final Queue<PublishException.Outcome> failures = new ArrayDeque<>();

    @GuardedBy("this")
    private final Map<Routes.Target, Held> held = new HashMap<>();

    private final ScheduledThreadPoolExecutor late = lateDeliveries();

    @GuardedBy("this")
    private Faults faults = Faults.NONE;

    @GuardedBy("this")
    private Random random = new Random(0);

    BadNetwork(Turns turns) {
        this.turns = turns;
    }

    /**
     * One thread, which exists while frames are delayed, or entries are buried or given back.
     * Frames that are still delayed when the last broker has left are lost.
     */
    private static ScheduledThreadPoolExecutor lateDeliveries() {
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

    boolean isGood() {
        return good;
    }

    boolean isStalled() {
        return stalled;
    }

    @GuardedBy("this")
    private void judge() {
        good = !stalled && failures.isEmpty() && faults.equals(Faults.NONE);
    }

    synchronized void failNext(PublishException.Outcome outcome) {
        failures.add(outcome);
        judge();
    }

    void inject(Faults replacement) {
        turns.atRest(() -> {
            synchronized (this) {
                faults = replacement;
                random = new Random(replacement.seed());
                judge();
            }
        });
        releaseHeld();
    }

    private void releaseHeld() {
        Map<Routes.Target, Held> waiting;
        synchronized (this) {
            waiting = Map.copyOf(held);
            held.clear();
        }
        waiting.forEach((target, last) -> deliver(target, last.topic, last.frame));
    }

    /** Carries out a publish, holds it back, or fails it. Called in the turn of the topic. */
    synchronized <T> CompletableFuture<T> carryOut(Supplier<T> publish) {
        if (stalled) {
            return stall.hold(publish);
        }
        PublishException.Outcome failure = failures.poll();
        judge();
        if (failure == null || failure == PublishException.Outcome.UNKNOWN) {
            CompletableFuture<T> done = CompletableFuture.completedFuture(publish.get());
            if (failure == null) {
                return done;
            }
        }
        return CompletableFuture.failedFuture(new PublishException(failure, "told to fail with " + failure));
    }

    synchronized void pass(Routes.Target target, String topic, Frame frame) {
        if (happens(faults.drop())) {
            return;
        }
        if (happens(faults.reorder()) && !held.containsKey(target)) {
            held.put(target, new Held(topic, frame));
            return;
        }
        int copies = happens(faults.duplicate()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            hand(target, topic, frame);
        }
        Held earlier = held.remove(target);
        if (earlier != null) {
            hand(target, earlier.topic, earlier.frame);
        }
    }

    /** Runs a task on a thread that holds no lock. */
    void soon(Runnable task) {
        late.execute(task);
    }

    /**
     * Called when every broker and handle is closed. Does not interrupt a delivery in progress,
     * because it may be in an inline handler.
     */
    void close() {
        late.shutdown();
    }

    /** Hands over one frame outside the topic's turn. */
    private void deliver(Routes.Target target, String topic, Frame frame) {
        target.receiver()
                .together(() -> turns.inTurn(topic, () -> target.inlet().received(topic, frame)));
    }

    @GuardedBy("this")
    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    @GuardedBy("this")
    private void hand(Routes.Target target, String topic, Frame frame) {
        if (faults.delay().isZero()) {
            target.inlet().received(topic, frame);
        } else {
            late.schedule(() -> deliver(target, topic, frame), faults.delay().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    synchronized void setStalled(boolean wanted) {
        stalled = wanted;
        judge();
    }

    /**
     * Carries out the publishes that a stall held back. Returns tasks that complete the answers;
     * the caller runs them when it holds no lock.
     */
    synchronized List<Runnable> endStall() {
        return stall.end();
    }

    /** Whether hints are lost; other frames are not affected. */
    boolean losesHints() {
        return losingHints;
    }

    void setLosingHints(boolean wanted) {
        losingHints = wanted;
    }
}
