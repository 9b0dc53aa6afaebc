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
     * Looks up the log's end first: entries that are appended later are not older than the time.
     */
    private CompletableFuture<Place> since(Instant time) {
        if (time.isAfter(Instant.now())) {
            return log.info(topic).thenApply(Place::end);
        }
        long millis = time.isBefore(Instant.EPOCH) ? 0 : time.toEpochMilli();
        return log.info(topic)
                .thenCompose(info -> log.firstSince(topic, millis)
                        .thenApply(found -> found.map(first -> new Place(first, Place.State.NEXT, Place.UNKNOWN))
                                .orElseGet(() -> Place.end(info))));
    }

    /**
     * The place a number of entries before a position, or the log's beginning if there are fewer
     * entries.
     */
    private CompletableFuture<Place> back(int entries, Optional<Position> before) {
        // One more than wanted: the place is at the entry before the wanted ones, if there is one.
        int page = Math.min(entries, PAGE - 1) + 1;
        return log.readBack(topic, before, page, PAGE_BYTES).thenCompose(batch -> {
            List<Log.Entry> read = batch.entries();
            if (read.size() > entries) {
                return CompletableFuture.completedFuture(Place.at(read.get(entries)));
            }
            return batch.more() && !read.isEmpty()
                    ? back(
                            entries - read.size(),
                            Optional.of(read.get(read.size() - 1).position()))
                    : log.info(topic).thenApply(Place::beginning);
        });
    }
}
