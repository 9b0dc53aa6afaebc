package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.ChaosRun.Plan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} in a JVM of its own, as its parent sees it. */
final class WorkerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long CLOCK_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** What begins a worker's first line, before its {@code nanoTime}. */
    static final String CLOCK = "clock ";

    /** A worker's second line. */
    static final String LIVE = "live";

    private static final String GONE = "gone";

    private final String name;
    private final Path log;
    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private WorkerProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
        commands = process.outputWriter();
        Thread reader = new Thread(this::readAnswers, "chaos-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts one; it is ready when it {@link #awaitLive is live}.
     *
     * @param heap the largest its heap may be, as {@code -Xmx} takes it
     * @param directory of its log, and of its history if it is to write one
     */
    static WorkerProcess start(String name, String heap, Path directory, boolean history, Plan plan, String locator) {
        Path log = directory.resolve(name + ".log");
        List<String> args = List.of(
                name,
                history ? historyFile(directory, name).toString() : "-",
                plan.control().name(),
                locator + plan.parameters(),
                plan.load().name(),
                Long.toString(plan.seed()));
        return new WorkerProcess(name, log, Jvm.start(heap, log, Worker.class, args));
    }

    static Path historyFile(Path directory, String name) {
        return directory.resolve(name + ".history");
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line.startsWith(CLOCK) ? compareClock(line, System.nanoTime()) : line);
            }
        } catch (IOException ended) {
            answers.add(ended.toString());
        } finally {
            answers.add(GONE);
        }
    }

    /** Both clocks must count from one origin, or the histories could not be compared. */
    private static String compareClock(String line, long ours) {
        long ahead = Long.parseLong(line.substring(CLOCK.length())) - ours;
        return Math.abs(ahead) < CLOCK_NANOS ? CLOCK : "on this machine, nanoTime of two JVMs differs by " + ahead;
    }

    void awaitLive() throws InterruptedException {
        for (String expected : List.of(CLOCK, LIVE)) {
            String answer = answer();
            if (!answer.equals(expected)) {
                throw new IllegalStateException(name + " said: " + answer);
            }
        }
    }

    /** Sends a command. */
    void tell(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(name + " ended: " + output(), gone);
        }
    }

    /** Sends a command and waits for its answer. */
    String ask(String command) throws InterruptedException {
        tell(command);
        return answer();
    }

    /** The answer to the oldest command that has had none. */
    String answer() throws InterruptedException {
        String answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (answer == null || answer.equals(GONE)) {
            throw new IllegalStateException(name + (answer == null ? " does not answer" : " ended: " + output()));
        }
        return answer;
    }

    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
