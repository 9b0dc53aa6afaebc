package io.broker4j.redis.chaos;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a history down, in the order of the calls. Safe for use from any thread. */
final class Journal implements AutoCloseable {
    private final Writer out;

    private Journal(Writer out) {
        this.out = out;
    }

    static Journal to(Path file) {
        try {
            return new Journal(Files.newBufferedWriter(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a run too long for a history. */
    static Journal toNowhere() {
        return new Journal(new BufferedWriter(Writer.nullWriter()));
    }

    synchronized void add(Entry entry) {
        try {
            out.write(entry.line());
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Entry> read(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.map(Entry::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
