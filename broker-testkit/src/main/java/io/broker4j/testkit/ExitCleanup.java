package io.broker4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The processes and directories that must be gone when this JVM is. */
final class ExitCleanup {
    private static final Set<Process> PROCESSES = ConcurrentHashMap.newKeySet();
    private static final Set<Path> DIRECTORIES = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ExitCleanup::run, "broker-cleanup-1"));
    }

    private ExitCleanup() {}

    static Process register(Process process) {
        PROCESSES.add(process);
        process.onExit().thenAccept(PROCESSES::remove);
        return process;
    }

    static Path newDirectory(String prefix) {
        try {
            Path directory = Files.createTempDirectory(prefix);
            DIRECTORIES.add(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a directory in " + System.getProperty("java.io.tmpdir"), e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException alreadyGone) {
            // closing twice, or the test emptied its own temporary directory
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
        DIRECTORIES.remove(directory);
    }

    private static void run() {
        PROCESSES.forEach(Process::destroyForcibly);
        PROCESSES.forEach(process -> process.onExit().join());
        DIRECTORIES.forEach(ExitCleanup::delete);
    }
}
