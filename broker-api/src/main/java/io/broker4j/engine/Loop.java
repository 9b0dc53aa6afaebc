package io.broker4j.engine;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Takes the steps of one log reader, one at a time, when a step is requested. The loop has no
 * thread, and no thread waits for it: the thread that requests a step begins it, and the thread
 * that completes a step begins the next. A failed step is repeated after a back-off pause, as often
 * as necessary. A sign that the medium answers ends the pause soon. Failures are counted until a
 * step for the same {@link Purpose} succeeds.
 */
final class Loop {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

    private static final int TROUBLE = 2;

    /**
     * The shortest time from such a sign to the end of the pause, because signs may be frequent
     * while every step fails.
     */
    private static final int SOONEST_MILLIS = 50;

    private static final int SOON_MILLIS = 150;

    /** The steps of one reader. */
    interface Steps {
        /** Whether a step, once requested, can do something now. */
        boolean isReady();

        /** Begins a step; a thrown exception counts as a failure. */
        CompletableFuture<?> step();

        /** The purpose of the last step. */
        Purpose purpose();

        /** A step has failed for the second time or more, and is repeated. */
        void troubled(Throwable cause);

        /** Every purpose that failed has succeeded since. */
        void recovered();
    }

    private final Steps steps;
    private final Later later;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean wanted;
    private volatile boolean pausing;

    /** Number of the current pause, so that the end of an earlier pause does not end this one. */
    private volatile int pause;

    private final AtomicBoolean hastened = new AtomicBoolean();
    private volatile boolean closed;

    /** Failures since the last time that nothing was failing; used by the thread that takes a step. */
    private int failures;

    /** Purposes that failed and have not succeeded since; used by the thread that takes a step. */
    private final Set<Purpose> failing = EnumSet.noneOf(Purpose.class);

    private volatile @Nullable Throwable trouble;

    Loop(Steps steps, Later later) {
        this.steps = steps;
        this.later = later;
    }

    /** Requests a step. */
    void wake() {
        wanted = true;
        proceed();
    }

    /** Requests a step, and ends a pause soon, because the medium may answer again. */
    void wakeSoon() {
        wake();
        hasten();
    }

    /** Ends a pause soon: the medium may answer again. */
    void hasten() {
        int current = pause;
        if (pausing && hastened.compareAndSet(false, true)) {
            later.runBetween(SOONEST_MILLIS, SOON_MILLIS, () -> endPause(current));
        }
    }

    private void endPause(int which) {
        if (pausing && pause == which) {
            wakeAtOnce();
        }
    }

    /** Requests a step at once, even if the last step failed. */
    void wakeAtOnce() {
        pausing = false;
        wake();
    }

    /** Called within a step: requests another step. */
    void again() {
        wanted = true;
    }

    /** Takes the next step if one is wanted and possible. */
    void proceed() {
        if (!wanted || busy.get()) {
            return;
        }
        DeferredCalls calls = DeferredCalls.hold(); // so that inline handlers do not recurse
        try {
            while (wanted && !pausing && !closed && steps.isReady() && busy.compareAndSet(false, true)) {
                wanted = false;
                CompletableFuture<?> step = begin();
                if (!step.isDone()) {
                    step.whenComplete((nothing, failure) -> {
                        end(failure);
                        proceed();
                    });
                    return;
                }
                end(step.<@Nullable Throwable>handle((nothing, failure) -> failure)
                        .join());
            }
        } finally {
            calls.release();
        }
    }

    private CompletableFuture<?> begin() {
        try {
            return steps.step();
        } catch (RuntimeException | Error broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    private void end(@Nullable Throwable failure) {
        if (failure == null) {
            succeeded();
        } else {
            failed(EngineFuture.unwrap(failure));
        }
        busy.set(false);
    }

    private void succeeded() {
        failing.removeIf(steps.purpose()::settles);
        if (failing.isEmpty()) {
            int before = failures;
            failures = 0;
            trouble = null;
            if (before >= TROUBLE) {
                steps.recovered();
            }
        }
    }

    private void failed(Throwable cause) {
        failing.add(steps.purpose());
        failures++;
        trouble = cause;
        wanted = true;
        int next = pause + 1;
        pause = next;
        hastened.set(false);
        pausing = true;
        BACKOFF.run(failures, later, () -> endPause(next));
        if (failures >= TROUBLE && !closed) {
            steps.troubled(cause);
        }
    }

    /** The last failure, until every purpose that failed has succeeded. */
    Optional<Throwable> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Begins no further step. */
    void close() {
        closed = true;
    }
}
