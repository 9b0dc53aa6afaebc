package io.broker4j.spi;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Takes the steps of one reader of a log, one at a time, whenever there is reason to. It has no thread, and none waits for it:
 * a step is begun by whoever gives the reason, and followed by whoever completes it. A step that fails is taken again after a
 * while, for ever, and soon after a sign that the medium answers; its failures count until a step for the same {@link Purpose} succeeds.
 */
final class Loop {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

    private static final int TROUBLE = 2;

    /** How soon after a sign of life a pause ends; signs may come often while every step fails. */
    private static final int SOONEST_MILLIS = 50;

    private static final int SOON_MILLIS = 150;

    /** What is done. */
    interface Steps {
        /** Whether a step makes sense now, apart from there being reason to. */
        boolean isReady();

        /** Begins a step; an exception thrown is a failure too. */
        CompletableFuture<?> step();

        /** What the last step was for. */
        Purpose purpose();

        /** A step has failed twice, or once more since then, and is taken again and again. */
        void troubled(Throwable cause);

        /** All that had failed has succeeded. */
        void recovered();
    }

    private final Steps steps;
    private final Later later;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean wanted;
    private volatile boolean pausing;

    /** Which pause it is, so that the end of an earlier one does not end it. */
    private volatile int pause;

    private final AtomicBoolean hastened = new AtomicBoolean();
    private volatile boolean closed;

    /** Since all was well; used by the one that takes a step. */
    private int failures;

    /** What has failed and not succeeded since; used by the one that takes a step. */
    private final Set<Purpose> failing = EnumSet.noneOf(Purpose.class);

    private volatile @Nullable Throwable trouble;

    Loop(Steps steps, Later later) {
        this.steps = steps;
        this.later = later;
    }

    /** There is reason for a step. */
    void wake() {
        wanted = true;
        proceed();
    }

    /** There is reason for a step, and the medium may answer again. */
    void wakeSoon() {
        wake();
        hasten();
    }

    /** The medium may answer again: a pause ends soon. */
    void hasten() {
        int current = pause;
        if (pausing && hastened.compareAndSet(false, true)) {
            later.run(ThreadLocalRandom.current().nextLong(SOONEST_MILLIS, SOON_MILLIS), () -> endPause(current));
        }
    }

    private void endPause(int which) {
        if (pausing && pause == which) {
            wakeAtOnce();
        }
    }

    /** There is reason for a step at once, even if the last one failed. */
    void wakeAtOnce() {
        pausing = false;
        wake();
    }

    /** Within a step: there is reason for another. */
    void again() {
        wanted = true;
    }

    /** The steps may have become ready. */
    void proceed() {
        if (!wanted || busy.get()) {
            return;
        }
        Afterwards afterwards = Afterwards.hold(); // so that what is served inline does not recurse
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
            afterwards.release();
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
        later.run(BACKOFF.millisAfter(failures), () -> endPause(next));
        if (failures >= TROUBLE && !closed) {
            steps.troubled(cause);
        }
    }

    /** The last failure, until all that has failed has succeeded. */
    Optional<Throwable> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Begins no other step. */
    void close() {
        closed = true;
    }
}
