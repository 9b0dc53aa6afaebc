package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.GroupMember.Acknowledges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link GroupMember} in a JVM of its own, as its parent sees it. */
record MemberProcess(Process process, Path log, Path file) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** One delivery that was handled to its end. */
    record Handled(MessageId message, int attempt) {
        private static Handled parse(String line) {
            String[] parts = line.split(" ");
            return new Handled(MessageId.parse(parts[0]), Integer.parseInt(parts[1]));
        }
    }

    static MemberProcess start(String name, Path directory, Acknowledges acknowledges, String locator) {
        Path log = directory.resolve(name + ".log");
        Path file = directory.resolve(name + ".handled");
        List<String> args = List.of(file.toString(), acknowledges.name(), locator);
        return new MemberProcess(Jvm.start("64m", log, GroupMember.class, args), log, file);
    }

    /** Waits until it has handled a message. */
    void awaitWork() {
        Waiting.until(PATIENCE, () -> hasWorked() || !process.isAlive());
        if (!hasWorked() || !process.isAlive()) {
            throw new IllegalStateException("a member does not work: " + text(log));
        }
    }

    private boolean hasWorked() {
        return file.toFile().length() > 0;
    }

    /** With {@code SIGKILL}; returns when it is dead. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Lets it finish what it has begun. */
    void stop() {
        try {
            process.outputWriter().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    List<Handled> handled() {
        return text(file).lines().map(Handled::parse).toList();
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
