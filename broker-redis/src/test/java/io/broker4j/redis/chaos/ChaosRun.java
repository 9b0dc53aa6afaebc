package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.redis.chaos.Checker.Verdict;
import io.broker4j.redis.chaos.Entry.Healed;
import io.broker4j.redis.chaos.Entry.Left;
import io.broker4j.redis.chaos.Talker.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One run: workers and a publisher of our own talk while a script goes wrong, then everything has to heal, all stop, and the
 * histories are checked. Our publisher and the commands that inflict faults reach the server without the proxy.
 */
final class ChaosRun {
    /** What passes between the last look at what has healed and the end, so that each publisher is heard again. */
    private static final Duration CALM = Duration.ofSeconds(1);

    /** Parameters with which a slow start does no harm. */
    static final String PATIENT = "?connect=background";

    private static final Duration CONNECTIONS_LIMIT = Duration.ofSeconds(5);

    /**
     * What to run.
     *
     * @param parameters of the workers' locator, with the question mark, or empty
     */
    record Plan(long seed, Duration length, int workers, Control control, Load load, String parameters) {}

    /** What came of it. */
    record Result(History history, Verdict verdict, Figures figures) {}

    private final Plan plan;
    private final Path directory;
    private final List<WorkerProcess> workers = new ArrayList<>();

    private ChaosRun(Plan plan, Path directory) {
        this.plan = plan;
        this.directory = directory;
    }

    static Result run(Plan plan) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create()) {
            return new ChaosRun(plan, scratch.directory()).result();
        }
    }

    private Result result() throws IOException, InterruptedException {
        try {
            perform();
            History history = history();
            Verdict verdict = Checker.check(history);
            return new Result(history, verdict, Figures.of(history, verdict));
        } finally {
            workers.forEach(WorkerProcess::close);
        }
    }

    private void perform() throws InterruptedException {
        try (Stage stage = Stage.set();
                Journal journal = Journal.to(WorkerProcess.historyFile(directory, "main"));
                Broker broker = Broker.open(stage.redis().uri() + PATIENT)) {
            for (int i = 1; i <= plan.workers(); i++) {
                workers.add(WorkerProcess.start("w" + i, "256m", directory, true, plan, stage.locator()));
            }
            for (WorkerProcess worker : workers) {
                worker.awaitLive();
            }
            Talker talker = new Talker("main", broker, journal, Load.LIGHT, plan.seed());
            talker.start();
            ask("talk");
            settle();
            Script.of(plan.seed(), plan.length()).steps().forEach(step -> journal.add(step.play(stage)));
            long healed = System.nanoTime();
            journal.add(new Healed(healed));
            settle();
            Waiting.pass(CALM);
            talker.stop();
            ask("stop");
            ask("close");
            Waiting.until(CONNECTIONS_LIMIT, () -> stage.proxy().connections() == 0);
            journal.add(new Left(
                    System.nanoTime(), "all", "connections", 0, stage.proxy().connections(), 0));
        }
    }

    private void settle() throws InterruptedException {
        ask("settle " + System.nanoTime());
    }

    /** Tells all, and waits for all. */
    private void ask(String command) throws InterruptedException {
        workers.forEach(worker -> worker.tell(command));
        for (WorkerProcess worker : workers) {
            worker.answer();
        }
    }

    private History history() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> file.toString().endsWith(".history"))
                    .sorted()
                    .forEach(file -> entries.addAll(Journal.read(file)));
        }
        entries.sort(Comparator.comparingLong(Entry::at));
        return new History(entries);
    }
}
