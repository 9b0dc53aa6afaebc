package io.broker4j.engine;

import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Topic;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A topic and the way out. */
record EnginePublisher<T>(Topic<T> topic, Outbox outbox) implements Publisher<T> {

    @Override
    public CompletableFuture<Receipt> publish(T payload, Map<String, String> headers) {
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(headers, "headers");
        return outbox.publish(topic, payload, headers);
    }
}
