package io.broker4j.chat;

import io.broker4j.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** Positions that are still to come, and who waits for them. Not for use by several threads. */
final class Awaited {
    private final Queue<Wait> waiting = new PriorityQueue<>();

    private record Wait(Position position, CompletableFuture<Void> future) implements Comparable<Wait> {
        @Override
        public int compareTo(Wait other) {
            return position.equals(other.position) ? 0 : position.isAfter(other.position) ? 1 : -1;
        }
    }

    CompletableFuture<Void> add(Position position) {
        // Whoever has given up is forgotten when others come.
        while (!waiting.isEmpty() && waiting.element().future.isDone()) {
            waiting.remove();
        }
        Wait wait = new Wait(position, new CompletableFuture<>());
        waiting.add(wait);
        return wait.future;
    }

    /** Takes those that wait for nothing after {@code end}; to be completed by the caller. */
    List<CompletableFuture<Void>> upTo(Position end) {
        if (waiting.isEmpty() || waiting.element().position.isAfter(end)) {
            return List.of();
        }
        List<CompletableFuture<Void>> due = new ArrayList<>();
        while (!waiting.isEmpty() && !waiting.element().position.isAfter(end)) {
            due.add(waiting.remove().future);
        }
        return due;
    }

    List<CompletableFuture<Void>> all() {
        List<CompletableFuture<Void>> all = waiting.stream().map(Wait::future).toList();
        waiting.clear();
        return all;
    }
}
