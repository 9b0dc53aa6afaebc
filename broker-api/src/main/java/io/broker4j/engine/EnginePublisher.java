package io.broker4j.engine;

import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Limits;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks and encodes the messages of one topic. Holds the topic's numbers and the function that
 * sends to the medium.
 */
final class EnginePublisher<T> implements Publisher<T> {
    private final Topic<T> topic;
    private final Outbox outbox;
    private final Numbering numbering;
    private final Function<? super Frame, ? extends CompletableFuture<?>> medium;
    /** Null until something is published. */
    private volatile Numbering.@Nullable Numbers numbers;

    /** {@code medium} puts a frame on the medium. */
    EnginePublisher(
            Topic<T> topic,
            Outbox outbox,
            Numbering numbering,
            Function<? super Frame, ? extends CompletableFuture<?>> medium) {
        this.topic = topic;
        this.outbox = outbox;
        this.numbering = numbering;
        this.medium = medium;
    }

    Topic<T> topic() {
        return topic;
    }

    /** The numbers of the topic. They may be forgotten by the time that the caller locks them. */
    Numbering.Numbers numbers() {
        Numbering.Numbers known = numbers;
        if (known == null) {
            return renewedNumbers();
        }
        numbering.note(known);
        return known;
    }

    /** Looks the numbers up again, because they were forgotten. */
    Numbering.Numbers renewedNumbers() {
        Numbering.Numbers found = numbering.of(topic.name());
        numbers = found;
        return found;
    }

    /**
     * A transport that throws may have sent the message: the outcome is {@code UNKNOWN}, as for every failure without a
     * named outcome.
     */
    CompletableFuture<?> send(Frame frame) {
        try {
            return medium.apply(frame);
        } catch (RuntimeException | Error broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    @Override
    public CompletableFuture<Receipt> publish(T payload, Map<String, String> headers) {
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(headers, "headers");
        CompletableFuture<Receipt> refusal = outbox.refusal(topic);
        if (refusal != null) {
            return refusal;
        }
        rejectNulls(headers);
        Map<String, String> copied = Map.copyOf(headers);
        String defect = Limits.headersDefect(copied);
        if (!defect.isEmpty()) {
            return outbox.refused(topic, defect);
        }
        if (outbox.passesReferences()) {
            return outbox.publish(this, payload, copied, Limits.sizeOf(copied));
        }
        byte[] body;
        try {
            body = Objects.requireNonNull(topic.codec().encode(payload), "it returned null");
        } catch (Throwable thrown) {
            return outbox.refused(topic, "the codec cannot encode the payload: " + Failures.words(thrown), thrown);
        }
        String tooLarge = Limits.payloadDefect(body.length);
        return tooLarge.isEmpty()
                ? outbox.publish(this, body, copied, body.length + Limits.sizeOf(copied))
                : outbox.refused(topic, tooLarge);
    }

    private static void rejectNulls(Map<String, String> headers) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            Objects.requireNonNull(header.getKey(), "name of a header");
            Objects.requireNonNull(header.getValue(), () -> "value of header '" + header.getKey() + "'");
        }
    }
}
