package io.broker4j.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.BrokerEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The topics whose logs cannot be read, or accept no dead letters. Reports each topic once, and reports when none is
 * left. Emits events with its lock held, so that events are in order.
 */
final class Troubles {
    private final Events events;

    /** The failing readers, by topic. */
    @GuardedBy("this")
    private final Map<String, Set<Source>> readers = new HashMap<>();

    Troubles(Events events) {
        this.events = events;
    }

    synchronized void begin(String topic, Source reader, Throwable cause) {
        Set<Source> alike = readers.computeIfAbsent(topic, none -> new HashSet<>());
        if (alike.add(reader) && alike.size() == 1) {
            events.emit(new BrokerEvent.Degraded(
                    "trouble with the log of " + topic + ", trying again: " + Failures.words(cause)));
        }
    }

    synchronized void end(String topic, Source reader) {
        Set<Source> alike = readers.get(topic);
        if (alike != null && alike.remove(reader) && alike.isEmpty()) {
            readers.remove(topic);
            if (readers.isEmpty()) {
                events.emit(new BrokerEvent.Restored());
            }
        }
    }

    /** Ends all troubles of a reader. */
    synchronized void end(Source reader) {
        List.copyOf(readers.keySet()).forEach(topic -> end(topic, reader));
    }
}
