package io.broker4j.engine;

import io.broker4j.Position;
import io.broker4j.Start;
import io.broker4j.spi.Log;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Turns a {@link Start} into a place in a log, once. */
final class Starting {
    private static final int PAGE = 1_000;
    private static final long PAGE_BYTES = 4L << 20;

    /** The latest time that milliseconds can express. */
    private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final Log log;
    private final String topic;

    Starting(Log log, String topic) {
        this.log = log;
        this.topic = topic;
    }

    CompletableFuture<Place> place(Start start) {
        if (start instanceof Start.After after) {
            return log.info(topic).thenApply(reachable -> Place.after(after.position()));
        }
        if (start instanceof Start.Earliest) {
            return log.info(topic).thenApply(Place::beginning);
        }
        if (start instanceof Start.Last last && last.messages() > 0) {
            return back(last.messages(), Optional.empty());
        }
        if (start instanceof Start.At at) {
            return since(at.time());
        }
        return log.info(topic).thenApply(Place::end);
    }

    /**
     * The place before the first entry that is not older than a time. The log's end is looked up
     * first: entries that are appended later are not older.
     */
    private CompletableFuture<Place> since(Instant time) {
        Instant within = time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time.isAfter(LATEST) ? LATEST : time;
        return log.info(topic)
                .thenCompose(info -> log.firstSince(topic, within.toEpochMilli())
                        .thenCompose(found -> found.isPresent()
                                ? back(0, found)
                                : CompletableFuture.completedFuture(Place.end(info))));
    }

    /**
     * The place a number of entries before a position, or the log's beginning if there are fewer
     * entries. Loops while pages come at once: one call inside another for each page would need too
     * much stack.
     */
    private CompletableFuture<Place> back(int entries, Optional<Position> before) {
        int left = entries;
        Optional<Position> reached = before;
        while (true) {
            int wanted = left;
            // One more than wanted: the place is at the entry before the wanted ones, if there is one.
            CompletableFuture<Log.Batch> page =
                    log.readBack(topic, reached, Math.min(wanted, PAGE - 1) + 1, PAGE_BYTES);
            if (!page.isDone() || page.isCompletedExceptionally()) {
                return page.thenCompose(batch -> isEnough(batch, wanted)
                        ? placeIn(batch, wanted)
                        : back(wanted - batch.entries().size(), oldest(batch)));
            }
            Log.Batch batch = page.join();
            if (isEnough(batch, wanted)) {
                return placeIn(batch, wanted);
            }
            left -= batch.entries().size();
            reached = oldest(batch);
        }
    }

    private static boolean isEnough(Log.Batch batch, int entries) {
        return batch.entries().size() > entries
                || !batch.more()
                || batch.entries().isEmpty();
    }

    private CompletableFuture<Place> placeIn(Log.Batch batch, int entries) {
        List<Log.Entry> read = batch.entries();
        return read.size() > entries
                ? CompletableFuture.completedFuture(Place.at(read.get(entries)))
                : log.info(topic).thenApply(Place::beginning);
    }

    private static Optional<Position> oldest(Log.Batch batch) {
        return Optional.of(batch.entries().get(batch.entries().size() - 1).position());
    }
}
