package io.broker4j.engine;

import io.broker4j.spi.Frame;
import io.broker4j.spi.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message that a group has given up on and moves to the topic {@code dead.GROUP.TOPIC}. The dead
 * letter has the message's payload, as many of its headers as fit, and its history in headers that
 * begin with {@code dead-}.
 */
record DeadLetter(Delivery message, String cause) {
    private static final int MAX_CAUSE = 300;

    static String topic(String group, String topic) {
        return "dead." + group + "." + topic;
    }

    static DeadLetter of(Delivery message, Throwable cause) {
        return new DeadLetter(message, Failures.words(cause));
    }

    Frame frame(String group) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("dead-topic", message.topic());
        headers.put("dead-group", group);
        headers.put("dead-position", String.valueOf(message.position()));
        headers.put("dead-attempts", Integer.toString(message.attempt()));
        headers.put("dead-cause", printable(cause));
        new TreeMap<>(message.frame().headers()).forEach((name, value) -> {
            if (headers.putIfAbsent(name, value) == null
                    && !Limits.headersDefect(headers).isEmpty()) {
                headers.remove(name);
            }
        });
        return withHeaders(message.frame(), Map.copyOf(headers));
    }

    private static Frame withHeaders(Frame frame, Map<String, String> headers) {
        return frame instanceof Frame.Reference one
                ? new Frame.Reference(
                        one.publisherId(),
                        one.sequence(),
                        one.isFirst(),
                        one.publishedAtMillis(),
                        headers,
                        one.payload())
                : new Frame.Logged(frame.id(), frame.publishedAtMillis(), headers, frame.payloadBytes());
    }

    /** Shortens a text, and replaces unpaired surrogates. */
    private static String printable(String text) {
        String shorter = text.length() > MAX_CAUSE ? text.substring(0, MAX_CAUSE) : text;
        return new String(shorter.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
