package io.broker4j.redis;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Short words for what tests do with a log and its groups. */
final class Logs {
    static final Retention KEEP = Retention.count(10_000);
    static final long MANY_BYTES = 4 << 20;

    private Logs() {}

    static Log of(Transports transports) {
        return transports.transport.log().orElseThrow();
    }

    static Groups groups(Transports transports) {
        return of(transports).groups().orElseThrow();
    }

    static Frame frame(String payload) {
        return Frame.logged("id-" + payload, 1_234, Map.of(), payload.getBytes(StandardCharsets.UTF_8));
    }

    static CompletableFuture<Position> append(Transports transports, String topic, String payload) {
        return of(transports).append(topic, frame(payload), KEEP);
    }

    static Position appended(Transports transports, String topic, String payload) {
        return Transports.get(append(transports, topic, payload));
    }

    /** What a future fails with, whether or not another stands before it. */
    static Throwable failure(CompletableFuture<?> future) {
        Throwable failure = Transports.failure(future);
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    static String text(Frame frame) {
        return new String(frame.payloadBytes(), StandardCharsets.UTF_8);
    }

    static List<String> texts(Log.Batch batch) {
        return batch.entries().stream().map(entry -> text(entry.frame())).toList();
    }

    /** As {@code payload#attempt}, without payload for what the log has dropped. */
    static List<String> texts(Groups.Batch batch) {
        return batch.entries().stream()
                .map(taken -> taken.frame().map(Logs::text).orElse("") + "#" + taken.attempt())
                .toList();
    }
}
