package io.broker4j.chat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Position;
import io.broker4j.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A room on this server: one subscription, however many members. It is used once; a room that everybody left and somebody
 * enters again is a new one. From any thread.
 */
final class Room {
    private static final System.Logger LOG = System.getLogger(Room.class.getName());
    private static final long FIRST_PAUSE_MS = 1_000;
    private static final long LONGEST_PAUSE_MS = 8_000;
    /**
     * How long this server may take to read an entry of the log, even if the hint is lost. After that the sender gets
     * the message's own position, even if the message is a duplicate.
     */
    private static final long VERDICT_MS = 6_000;

    final String name;
    private final RoomLog log;
    private final Reads reads;
    private final int history;
    private final LongAdder skipped;
    private final Audience audience;
    private final LoopBatch home;
    /** The last one that was live. */
    private volatile @Nullable RoomReader reader;

    @GuardedBy("this")
    private CompletableFuture<Following> following = new CompletableFuture<>();

    @GuardedBy("this")
    private boolean closed;

    /** Attempts in a row that failed. */
    @GuardedBy("this")
    private int failures;

    /** A reader, and what brings it the messages. */
    private record Following(RoomReader reader, Subscription subscription) {
        void end() {
            reader.stop();
            subscription.close();
        }
    }

    Room(String name, RoomLog log, Reads reads, int history, LongAdder skipped, Audience audience, LoopBatch home) {
        this.name = name;
        this.log = log;
        this.reads = reads;
        this.history = history;
        this.skipped = skipped;
        this.audience = audience;
        this.home = home;
    }

    /** Begins to follow the log, once. */
    void open() {
        CompletableFuture<Following> first;
        synchronized (this) {
            first = following;
        }
        start(first, 0);
    }

    /** Ends the subscription, now or as soon as there is one. */
    void close() {
        CompletableFuture<Following> last;
        synchronized (this) {
            closed = true;
            last = following;
        }
        last.thenAccept(Following::end);
    }

    /** Completes when the subscription is live; after a loss, when it is live again. */
    synchronized CompletableFuture<RoomReader> reader() {
        return following.thenApply(Following::reader);
    }

    /** Whether there has been anything to hear in it. */
    boolean hasBeenLive() {
        return reader != null;
    }

    RoomHistory past() {
        return log.past();
    }

    Reads reads() {
        return reads;
    }

    /** Messages shown on joining. */
    int history() {
        return history;
    }

    LoopMembers membersOn(LoopBatch loop) {
        return audience.on(loop);
    }

    /** The place of a message that is here already. */
    Optional<Position> find(RoomMessage message, long ms) {
        RoomReader live = reader;
        return live == null ? Optional.empty() : live.first(message, ms);
    }

    /** Completes with the message's place in the log when the log has it; with that of the first, if it was sent before. */
    CompletableFuture<Position> publish(RoomMessage message, long ms, byte[] json) {
        return log.publish(json).thenCompose(position -> first(message, ms, position));
    }

    private CompletableFuture<Position> first(RoomMessage message, long ms, Position position) {
        RoomReader live = reader;
        if (live == null) {
            return CompletableFuture.completedFuture(position);
        }
        return live.reached(position)
                .completeOnTimeout(null, VERDICT_MS, TimeUnit.MILLISECONDS)
                .thenApply(read -> live.first(message, ms).orElse(position));
    }

    private void start(CompletableFuture<Following> opening, long number) {
        reads.read(log.past().recollect(history), this::isOpen)
                .thenCompose(memory -> follow(opening, memory, number))
                .whenComplete((live, failure) -> {
                    if (failure == null) {
                        reader = live.reader();
                        succeeded();
                        opening.complete(live);
                    } else {
                        opening.completeExceptionally(failure);
                        failed(number, failure);
                    }
                });
    }

    private CompletableFuture<Following> follow(
            CompletableFuture<Following> opening, RoomHistory.Recollection memory, long number) {
        RoomReader next = new RoomReader(name, memory, number, skipped, audience, lost -> startAgain(opening, lost));
        if (hasBeenLive()) {
            RoomReader.Snapshot latest = next.newest(history);
            audience.tell(number, latest.end(), ServerFrames.joined(name, latest, false));
        }
        return log.follow(next, home).thenApply(subscription -> new Following(next, subscription));
    }

    /** Follows the log anew after a loss; {@link #follow} then sends the latest page to the members. */
    private void startAgain(CompletableFuture<Following> opening, RoomReader lost) {
        opening.thenAccept(Following::end);
        startAnew(lost.number() + 1);
    }

    private void failed(long number, Throwable failure) {
        if (isOpen()) {
            LOG.log(System.Logger.Level.INFO, () -> "a room could not be opened: " + failure);
        }
        if (hasBeenLive()) {
            home.after(pause(), () -> startAnew(number + 1));
        }
    }

    /** With jitter: all rooms fail together. */
    private synchronized Duration pause() {
        long longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(failures++, Byte.SIZE));
        return Duration.ofMillis(longest - ThreadLocalRandom.current().nextLong(longest / 2));
    }

    private synchronized void succeeded() {
        failures = 0;
    }

    private synchronized boolean isOpen() {
        return !closed;
    }

    private void startAnew(long number) {
        CompletableFuture<Following> next = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            following = next;
        }
        start(next, number);
    }
}
