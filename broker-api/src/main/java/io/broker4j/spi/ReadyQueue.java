package io.broker4j.spi;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The work that waits for a worker. A lane holds work that became ready within about a millisecond, and lanes take
 * turns, so work that was idle does not wait behind a whole backlog. Nothing is lost while lanes change, because every
 * lane is looked at before the queue counts as empty.
 */
final class ReadyQueue {
    /** A power of two. */
    private static final int LANES = 8;

    private final List<Queue<Work>> lanes = IntStream.range(0, LANES)
            .<Queue<Work>>mapToObj(i -> new ConcurrentLinkedQueue<>())
            .toList();

    /** Index of the lane that receives new work; written by the watch. */
    private volatile int newest;

    /** Whether lanes take turns; written by the watch. */
    private volatile boolean spread;

    /** An approximate count: an exact one would need a locked instruction. */
    private int turns;

    void add(Work work) {
        lanes.get(newest).add(work);
    }

    /**
     * The next work, or null if there is none. While there are several lanes, every other call begins with the newest
     * lane.
     */
    @Nullable
    Work poll() {
        int first = newest;
        if (spread) {
            int turn = turns++;
            first = (turn & 1) == 0 ? first : turn >>> 1;
        }
        for (int i = 0; i < LANES; i++) {
            Work work = lanes.get((first + i) & (LANES - 1)).poll();
            if (work != null) {
                return work;
            }
        }
        return null;
    }

    boolean isEmpty() {
        for (Queue<Work> lane : lanes) {
            if (!lane.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Begins another lane for work that becomes ready from now on, if a lane is free. Called by the watch only. */
    void nextLane() {
        int current = newest;
        int next = (current + 1) % LANES;
        spread = IntStream.range(0, LANES)
                .anyMatch(lane -> lane != current && !lanes.get(lane).isEmpty());
        if (!lanes.get(current).isEmpty() && lanes.get(next).isEmpty()) {
            newest = next;
            spread = true;
        }
    }

    /** The amount of work of one kind, counted up to a limit. */
    int count(Predicate<? super Work> kind, int limit) {
        return (int) lanes.stream()
                .flatMap(Queue::stream)
                .filter(kind)
                .limit(Math.max(0, limit))
                .count();
    }
}
