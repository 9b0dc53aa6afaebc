package io.broker4j.spi;

import io.broker4j.Position;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Searches a log from its end. */
final class BackwardSearch {
    private static final int PAGE = 1_000;
    private static final long PAGE_BYTES = 4L << 20;

    private BackwardSearch() {}

    static CompletableFuture<Optional<Position>> firstSince(Log log, String topic, long millis) {
        return search(log, topic, millis, Optional.empty());
    }

    /** Continues a search in which no entry from {@code found} on is older than the time. */
    private static CompletableFuture<Optional<Position>> search(
            Log log, String topic, long millis, Optional<Position> found) {
        return log.readBack(topic, found, PAGE, PAGE_BYTES).thenCompose(batch -> {
            Optional<Position> first = found;
            for (Log.Entry entry : batch.entries()) {
                if (entry.frame().publishedAtMillis() < millis) {
                    return CompletableFuture.completedFuture(first);
                }
                first = Optional.of(entry.position());
            }
            return batch.more() && !batch.entries().isEmpty()
                    ? search(log, topic, millis, first)
                    : CompletableFuture.completedFuture(first);
        });
    }
}
