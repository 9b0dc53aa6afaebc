package io.broker4j.redis.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this JVM uses. */
record Usage(long heap, long threads, long sockets) {

    static Usage now() {
        return new Usage(usedHeap(), brokerThreads(), openSockets());
    }

    /** Whether there are no more threads and sockets than before. */
    boolean isBackAt(Usage before) {
        return threads <= before.threads && sockets <= before.sockets;
    }

    /** With those sockets only that have come since: a process may begin with some. */
    Usage since(Usage before) {
        return new Usage(heap, threads, sockets - before.sockets);
    }

    /** Bytes in use after a garbage collection. */
    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Threads that brokers have started. */
    private static long brokerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("broker-"))
                .count();
    }

    /** Sockets of this JVM; 0 where the system does not tell. */
    private static long openSockets() {
        Path files = Path.of("/proc/self/fd");
        if (!Files.isDirectory(files)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(files)) {
            return open.filter(Usage::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Override
    public String toString() {
        return heap + " " + threads + " " + sockets;
    }

    static Usage parse(String text) {
        String[] parts = text.split(" ");
        return new Usage(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }
}
