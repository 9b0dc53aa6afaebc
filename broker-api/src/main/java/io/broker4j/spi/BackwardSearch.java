package io.broker4j.spi;

import io.broker4j.Position;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Searches a log from its end for the first entry that is not older than a time. */
final class BackwardSearch {
    private static final int PAGE = 1_000;
    private static final long PAGE_BYTES = 4L << 20;

    private final Log log;
    private final String topic;
    private final long millis;

    /** No entry from here on is older than the time. Used by one thread after another. */
    private Optional<Position> found = Optional.empty();

    BackwardSearch(Log log, String topic, long millis) {
        this.log = log;
        this.topic = topic;
        this.millis = millis;
    }

    /** Loops while pages come at once: one call inside another for each page would need too much stack. */
    CompletableFuture<Optional<Position>> run() {
        boolean isOver = false;
        while (!isOver) {
            CompletableFuture<Log.Batch> page = log.readBack(topic, found, PAGE, PAGE_BYTES);
            if (!page.isDone() || page.isCompletedExceptionally()) {
                return page.thenCompose(batch -> isOver(batch) ? CompletableFuture.completedFuture(found) : run());
            }
            isOver = isOver(page.join());
        }
        return CompletableFuture.completedFuture(found);
    }

    private boolean isOver(Log.Batch batch) {
        for (Log.Entry entry : batch.entries()) {
            if (entry.frame().publishedAtMillis() < millis) {
                return true;
            }
            found = Optional.of(entry.position());
        }
        return !batch.more() || batch.entries().isEmpty();
    }
}
