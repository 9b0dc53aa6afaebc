package io.broker4j.chat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.Subscriber;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Follows a room's log and keeps its tail. The reader ends when the log was replaced, or when the log lost entries that
 * the reader had not read. The broker calls it with one message at a time; other methods are safe from any thread.
 */
final class RoomReader implements Subscriber<byte[]> {
    private static final System.Logger LOG = System.getLogger(RoomReader.class.getName());

    private final String room;
    private final LongAdder skipped;
    private final Audience audience;
    private final Consumer<RoomReader> lost;

    @GuardedBy("this")
    private final Tail tail;

    @GuardedBy("this")
    private final Duplicates duplicates;

    @GuardedBy("this")
    private final Awaited awaited = new Awaited();

    @GuardedBy("this")
    private long number;

    @GuardedBy("this")
    private boolean over;

    /**
     * Some of the tail.
     *
     * @param number of the last place that is known here; what is still to be told has a higher one
     * @param end of the log, as far as it is known here
     */
    record Snapshot(long number, Position end, Lines lines) {}

    /**
     * Begins where something has been recollected.
     *
     * @param number of what the audience was told last; grows by one for each place of the log
     * @param audience is told each line once it is in the tail
     * @param lost called once, as the last thing
     */
    RoomReader(
            String room,
            RoomHistory.Recollection recollection,
            long number,
            LongAdder skipped,
            Audience audience,
            Consumer<RoomReader> lost) {
        this.room = room;
        this.tail = recollection.tail();
        this.duplicates = recollection.duplicates();
        this.number = number;
        this.skipped = skipped;
        this.audience = audience;
        this.lost = lost;
    }

    /** After an error the tail may lack a message, so this reader ends and a new one reads the log again. */
    @Override
    public void onMessage(Message<byte[]> message) {
        boolean taken = false;
        try {
            take(message);
            taken = true;
        } finally {
            if (!taken) {
                beginAnew();
            }
        }
    }

    private void take(Message<byte[]> message) {
        Position position = message.position().orElseThrow();
        Optional<RoomMessage> known = RoomMessage.of(message.payload(), room);
        if (known.isEmpty()) {
            skipped.increment();
        }
        Optional<Line> line = Optional.empty();
        long at;
        List<CompletableFuture<Void>> due;
        synchronized (this) {
            if (over) {
                return;
            }
            boolean shown = known.map(
                            what -> duplicates.judge(what, message.publishedAt().toEpochMilli(), position))
                    .filter(position::equals)
                    .isPresent();
            if (shown) {
                line = Optional.of(Line.of(position, message.payload()));
            }
            tail.add(position, line.orElse(null));
            at = ++number;
            due = awaited.upTo(position);
        }
        line.ifPresent(next -> audience.tell(at, position, next.json));
        due.forEach(each -> each.complete(null));
    }

    @Override
    public void onGap(Gap gap) {
        LOG.log(System.Logger.Level.INFO, () -> "beginning anew: " + gap);
        beginAnew();
    }

    private void beginAnew() {
        if (stop()) {
            lost.accept(this);
        }
    }

    /** Ends this reader and completes all waits; true at the first call. */
    boolean stop() {
        boolean ends;
        List<CompletableFuture<Void>> all;
        synchronized (this) {
            ends = !over;
            over = true;
            all = awaited.all();
        }
        all.forEach(each -> each.complete(null));
        return ends;
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Adds what follows those lines; empty if the tail does not reach back to where they end. */
    synchronized Optional<Snapshot> continued(Lines lines) {
        return tail.continues(lines) ? Optional.of(new Snapshot(number, tail.end(), lines)) : Optional.empty();
    }

    /** Adds what follows a place that the log holds although the tail may not show it: nothing can be decoded there. */
    synchronized Optional<Snapshot> continuedBehind(Lines lines) {
        return tail.continuesBehind(lines) ? Optional.of(new Snapshot(number, tail.end(), lines)) : Optional.empty();
    }

    /** The latest page. */
    synchronized Snapshot newest(int messages) {
        return new Snapshot(number, tail.end(), tail.newest(messages, ProtocolLimits.MESSAGES));
    }

    /** The tail holds what follows this position; earlier entries are in the log only. */
    synchronized Position floor() {
        return tail.floor();
    }

    /** The last place that has been read. */
    synchronized Position end() {
        return tail.end();
    }

    /** Of the last place that has been read. */
    synchronized long number() {
        return number;
    }

    /** Completes when everything up to there has been read, or will not be read here. */
    synchronized CompletableFuture<Void> reached(Position position) {
        return over || !position.isAfter(tail.end()) ? CompletableFuture.completedFuture(null) : awaited.add(position);
    }

    /** The place of a message that came not long before {@code ms}. */
    synchronized Optional<Position> first(RoomMessage message, long ms) {
        return duplicates.first(message, ms);
    }
}
