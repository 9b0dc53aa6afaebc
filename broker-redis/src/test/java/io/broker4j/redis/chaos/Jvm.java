package io.broker4j.redis.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts JVMs that run another class of this program. */
final class Jvm {
    private Jvm() {}

    /**
     * Starts one.
     *
     * @param heap the largest its heap may be, as {@code -Xmx} takes it
     * @param log where its standard error goes
     */
    static Process start(String heap, Path log, Class<?> main, List<String> args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:TieredStopAtLevel=1", // several JVMs start at once, often on few cores
                "-cp",
                ClassPath.current(),
                main.getName()));
        command.addAll(args);
        try {
            return new ProcessBuilder(command).redirectError(log.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.get(0), e);
        }
    }
}
