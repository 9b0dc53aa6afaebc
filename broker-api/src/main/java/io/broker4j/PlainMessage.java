package io.broker4j;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The message that {@link Message#of} and {@link Message.Builder} make for tests. */
record PlainMessage<T>(
        T payload,
        Map<String, String> headers,
        String topic,
        String id,
        Instant publishedAt,
        Optional<Position> position,
        int attempt)
        implements Message<T> {}
