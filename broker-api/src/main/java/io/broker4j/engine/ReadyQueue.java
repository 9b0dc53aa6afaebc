package io.broker4j.engine;

import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The work that waits for a worker. Quick work and other work take turns, so a subscription whose handler returns at once
 * does not wait behind a thousand that compute. Of the other work, the newest and the oldest take turns, so work that
 * becomes ready after a backlog does not wait behind all of it.
 */
final class ReadyQueue {
    private final Queue<Work> quick = new ConcurrentLinkedQueue<>();
    private final Deque<Work> other = new ConcurrentLinkedDeque<>();

    /**
     * How often {@link #poll} found other work, approximately: an exact count would need a locked instruction. Not
     * written while only quick work waits, because each write would cost a publisher a cache miss.
     */
    private int turns;

    void add(Work work) {
        (work.isQuick() ? quick : other).add(work);
    }

    /** The next work, or null if there is none. */
    @Nullable
    Work poll() {
        if (other.isEmpty()) {
            return quick.poll();
        }
        int turn = turns++;
        Work next = (turn & 1) == 0 ? quick.poll() : null;
        if (next == null) {
            next = (turn & 2) == 0 ? other.pollLast() : other.pollFirst();
        }
        return next != null ? next : quick.poll();
    }

    boolean isEmpty() {
        return quick.isEmpty() && other.isEmpty();
    }

    /** The amount of work of one kind, counted up to a limit. */
    int count(Predicate<? super Work> kind, int limit) {
        return (int) Stream.concat(quick.stream(), other.stream())
                .filter(kind)
                .limit(Math.max(0, limit))
                .count();
    }
}
