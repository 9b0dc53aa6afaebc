package io.broker4j.spi;

import io.broker4j.BrokerEvent;

/** What a transport tells the engine about its connection. No call blocks or throws. */
public interface Receiver {

    /**
     * Reports an event that listeners should know: {@link BrokerEvent.Connected},
     * {@link BrokerEvent.Disconnected}, {@link BrokerEvent.Degraded}, {@link BrokerEvent.Restored}.
     * The transport reports a lost connection before {@link Transport#health} says {@code UP}
     * again. The engine counts outages, and does not report a request that failed in an outage as a
     * failure of the medium.
     *
     * @param event handed to listeners on another thread, in the order of these calls
     */
    void event(BrokerEvent event);

    /** A connection to the medium was made: a log reader that pauses after a failure tries again soon. */
    void reachable();

    /**
     * Hands over several frames while the transport holds a lock. Inline subscribers are called
     * after {@code deliveries} has returned; all other subscribers run on other threads.
     *
     * @param deliveries run at once, on the calling thread
     */
    void together(Runnable deliveries);
}
