package io.broker4j.engine;

import io.broker4j.BrokerEvent;
import io.broker4j.spi.Receiver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes what the transport reports about its connection: events for listeners, and outages for log
 * readers.
 */
final class Contact implements Receiver {
    private final Events events;
    private final AtomicInteger outages = new AtomicInteger();
    private final List<Runnable> onReachable = new CopyOnWriteArrayList<>();

    Contact(Events events) {
        this.events = events;
    }

    Events events() {
        return events;
    }

    /** How many outages have begun so far. */
    int outages() {
        return outages.get();
    }

    /** Adds an action that runs whenever a connection is made. */
    void onReachable(Runnable action) {
        onReachable.add(action);
    }

    @Override
    public void event(BrokerEvent event) {
        if (event instanceof BrokerEvent.Disconnected || event instanceof BrokerEvent.Degraded) {
            outages.incrementAndGet();
        }
        events.emit(event);
    }

    @Override
    public void reachable() {
        onReachable.forEach(Runnable::run);
    }

    @Override
    public void together(Runnable deliveries) {
        DeferredCalls calls = DeferredCalls.hold();
        try {
            deliveries.run();
        } finally {
            calls.release();
        }
    }
}
