package io.broker4j;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Publishes to one topic: the narrow interface to inject into your classes and to stub in their
 * tests. Safe for use from any thread.
 *
 * @param <T> type of the payloads
 */
public interface Publisher<T> {

    /**
     * Publishes without headers; see {@link #publish(Object, Map)}.
     *
     * @param payload at most 256 KiB when encoded (P6)
     * @return completes with a receipt once the medium has the message, otherwise with a {@link PublishException}
     */
    default CompletableFuture<Receipt> publish(T payload) {
        return publish(payload, Map.of());
    }

    /**
     * Hands one message to the medium. The payload is encoded before this returns (P7). Never blocks; nothing is queued
     * while disconnected and nothing is sent twice (P4).
     *
     * <p>The future completes within the publish time-out (2 s by default) + 1 s (P1): with a
     * receipt once the medium has the message (P2), otherwise with a {@link PublishException} whose
     * {@link PublishException#outcome() outcome} says whether anybody may have received it (P3).
     * Cancelling or completing the future has no effect on the message: the message is not taken
     * back, counts as in flight until the medium has answered (P5), and its failure is still
     * counted (P9). The future completes on a worker of the broker, unless the medium answers
     * before this method returns.
     *
     * @param payload at most 256 KiB when encoded (P6)
     * @param headers at most 32, none null; names {@code [a-z0-9-]{1,64}}, values up to 1 KiB of UTF-8, together up to 8 KiB
     * @return completes with a receipt once the medium has the message, otherwise with a {@link PublishException}
     * @throws NullPointerException if an argument is null
     */
    CompletableFuture<Receipt> publish(T payload, Map<String, String> headers);
}
