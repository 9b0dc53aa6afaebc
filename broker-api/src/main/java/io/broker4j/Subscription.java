package io.broker4j;

import java.time.Duration;

/** A live subscription. Safe for use from any thread. */
public interface Subscription extends AutoCloseable {

    /** {@return the name subscribed to, wildcards included} */
    String topic();

    /** {@return what happened so far; counts stay readable after closing} */
    Stats stats();

    /**
     * Ends the subscription: messages still queued are not delivered, and the handler call in progress is waited for up
     * to 5 s, unless this is called from that very handler or from an I/O thread. After that no handler call starts
     * (S5). Idempotent.
     */
    @Override
    void close();

    /**
     * Ends the subscription like {@link #close()}, but first delivers what is already queued, for at most {@code drain}.
     *
     * @param drain the time for delivering and for the handler call in progress together; zero waits for neither
     */
    void close(Duration drain);

    /**
     * Counts since the subscription began.
     *
     * @param delivered handler calls that returned
     * @param dropped messages removed by overflow
     * @param failed messages the handler threw at, or that could not be decoded
     * @param queued messages waiting now
     */
    record Stats(long delivered, long dropped, long failed, long queued) {}
}
