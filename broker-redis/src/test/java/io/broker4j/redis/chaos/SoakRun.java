package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.ChaosRun.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** One worker with a small heap and much to do, under one script after another, looked at again and again. */
final class SoakRun {
    private static final Duration SCRIPT = Duration.ofMinutes(1);

    /** What the worker used, how long after the start. */
    record Sample(Duration time, Usage usage) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%6d s  heap after GC %6.1f MiB  broker threads %3d  sockets %3d",
                    time.toSeconds(),
                    usage.heap() / 1048576.0,
                    usage.threads(),
                    usage.sockets());
        }
    }

    /**
     * What was seen.
     *
     * @param samples while faults went on, the first before the first fault
     * @param healed whether everything worked again after the last fault
     * @param after when the broker was closed
     */
    record Result(List<Sample> samples, boolean healed, Usage after) {}

    private final Plan plan;
    private final Duration every;
    private final Consumer<Sample> observer;
    private final List<Sample> samples = new ArrayList<>();
    private final long started = System.nanoTime();

    private SoakRun(Plan plan, Duration every, Consumer<Sample> observer) {
        this.plan = plan;
        this.every = every;
        this.observer = observer;
    }

    /**
     * Runs one.
     *
     * @param heap the largest the worker's heap may be, as {@code -Xmx} takes it; if that is not enough this throws
     * @param every what passes between two looks, at least
     * @param observer told what each look shows
     */
    static Result run(Plan plan, String heap, Duration every, Consumer<Sample> observer)
            throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create();
                Stage stage = Stage.set();
                WorkerProcess worker =
                        WorkerProcess.start("soaked", heap, scratch.directory(), false, plan, stage.locator())) {
            return new SoakRun(plan, every, observer).soak(stage, worker);
        }
    }

    private Result soak(Stage stage, WorkerProcess worker) throws InterruptedException {
        worker.awaitLive();
        worker.ask("talk");
        worker.ask("settle " + System.nanoTime());
        look(worker);
        for (long seed = plan.seed(); !isOver(); seed++) {
            for (Script.Step step : Script.of(seed, SCRIPT).steps()) {
                if (!isOver()) {
                    step.play(stage);
                    lookIfDue(worker);
                }
            }
        }
        String healed = worker.ask("settle " + System.nanoTime());
        look(worker);
        worker.ask("stop");
        worker.ask("close");
        return new Result(List.copyOf(samples), healed.equals(Worker.SETTLED), Usage.parse(worker.ask("usage")));
    }

    private Duration time() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private boolean isOver() {
        return time().compareTo(plan.length()) > 0;
    }

    private void lookIfDue(WorkerProcess worker) throws InterruptedException {
        Duration last = samples.get(samples.size() - 1).time();
        if (time().minus(last).compareTo(every) >= 0) {
            look(worker);
        }
    }

    private void look(WorkerProcess worker) throws InterruptedException {
        Sample sample = new Sample(time(), Usage.parse(worker.ask("usage")));
        samples.add(sample);
        observer.accept(sample);
    }
}
