package io.broker4j.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One run of redis-server, from launch to exit. Thread-safe.
 *
 * <p>A second process watches this JVM through a pipe and kills the server when the pipe breaks: a shutdown hook does
 * not run when the JVM itself is killed.
 */
final class RedisProcess {
    private static final int KEPT_LINES = 100;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Process process;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    // Only the reading thread adds and removes.
    private final Deque<String> log = new ConcurrentLinkedDeque<>();

    private RedisProcess(Process process) {
        this.process = process;
    }

    static RedisProcess launch(List<String> command) {
        try {
            Process process = ExitCleanup.register(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
            RedisProcess launched = new RedisProcess(process);
            Thread reader = new Thread(launched::readOutput, "redis-server-output-" + NUMBER.incrementAndGet());
            reader.setDaemon(true);
            reader.start();
            launched.watch();
            return launched;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot run " + command.get(0) + ": set -D" + RedisBinary.PROPERTY + " to another redis-server", e);
        }
    }

    private void watch() throws IOException {
        try {
            // ExitCleanup keeps the watchdog reachable: collected, it would lose its pipe and fire.
            Process watchdog = ExitCleanup.register(
                    shell("read line; kill -9 " + process.pid()).start());
            process.onExit().thenRun(watchdog::destroyForcibly);
        } catch (IOException e) {
            kill();
            throw e;
        }
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                record(line);
                if (line.contains("Ready to accept connections")) {
                    ready.complete(true);
                }
            }
        } catch (IOException e) {
            record("(output ended: " + e + ")");
        } finally {
            ready.complete(false);
        }
    }

    private void record(String line) {
        log.addLast(line);
        if (log.size() > KEPT_LINES) {
            log.removeFirst();
        }
    }

    /** Waits, not interruptibly, for the server to say that it listens; false when it exited or the time is over. */
    boolean awaitReady(Duration limit) {
        return ready.completeOnTimeout(false, limit.toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }

    boolean alive() {
        return process.isAlive();
    }

    boolean portWasTaken() {
        return output().contains("Failed listening on port");
    }

    String output() {
        return String.join("\n", log);
    }

    void kill() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    void signal(String name) {
        try {
            Process kill = shell("kill -s " + name + " " + process.pid()).start();
            if (kill.onExit().orTimeout(10, TimeUnit.SECONDS).join().exitValue() != 0) {
                throw new IllegalStateException("cannot send SIG" + name + " to redis-server, pid " + process.pid());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run sh to send SIG" + name, e);
        }
    }

    private static ProcessBuilder shell(String script) {
        return new ProcessBuilder("/bin/sh", "-c", script)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
    }
}
