package io.broker4j.spi;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message that a group has given up on, on its way to the topic {@code dead.GROUP.TOPIC}. The dead letter has the
 * message's payload, as many of its headers as fit, and its history in headers that begin with {@code dead-}.
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
            if (headers.putIfAbsent(name, value) == null && Headers.defect(headers) != null) {
                headers.remove(name);
            }
        });
        return message.frame().withHeaders(Map.copyOf(headers));
    }

    /** Short, and without unpaired surrogates. */
    private static String printable(String text) {
        String shorter = text.length() > MAX_CAUSE ? text.substring(0, MAX_CAUSE) : text;
        return new String(shorter.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
