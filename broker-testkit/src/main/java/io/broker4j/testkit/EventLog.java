package io.broker4j.testkit;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The events of a broker from now on. */
final class EventLog {
    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();

    /** Listens until the broker is closed. */
    @SuppressWarnings("resource") // the broker's close ends it
    EventLog(Broker broker) {
        broker.onEvent(events::add);
    }

    <E extends BrokerEvent> List<E> all(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
