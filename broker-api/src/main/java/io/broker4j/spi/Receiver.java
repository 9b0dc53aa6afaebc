package io.broker4j.spi;

import io.broker4j.BrokerEvent;

/** What a transport tells the engine about its connection. No call blocks or throws. */
public interface Receiver {

    /**
     * Something happened that listeners should know: {@link BrokerEvent.Connected}, {@link BrokerEvent.Disconnected},
     * {@link BrokerEvent.Degraded}, {@link BrokerEvent.Restored}. A lost connection is told before {@link
     * Transport#health} says {@code UP} again: the engine counts outages, and does not blame the medium for a request
     * that failed in one.
     *
     * @param event handed to listeners on another thread, in the order of these calls
     */
    void event(BrokerEvent event);

    /** A connection to the medium was made: a log reader that pauses after a failure tries again soon. */
    void reachable();

    /**
     * Hands over several frames together, for a transport that must hold a lock meanwhile. Inline subscribers are
     * called after {@code deliveries} has returned; all other subscribers run on their own threads anyway.
     *
     * @param deliveries run at once, on the calling thread
     */
    void together(Runnable deliveries);
}
