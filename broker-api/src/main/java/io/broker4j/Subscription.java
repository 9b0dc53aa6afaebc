package io.broker4j;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** A live subscription. Safe for use from any thread. */
public interface Subscription extends AutoCloseable {

    /** {@return the name subscribed to, wildcards included} */
    String topic();

    /**
     * Where this subscription to a durable topic stands: everything up to here has been handled, failed or was announced as
     * missing, so that {@link Start#after} goes on behind it on any server.
     *
     * @return from the moment the subscription is live, {@link Position#ORIGIN} if nothing precedes it; empty on a live topic,
     *     and with a group, whose place the medium keeps
     */
    Optional<Position> position();

    /** {@return what happened so far; counts stay readable after closing} */
    Stats stats();

    /**
     * Ends the subscription: messages still queued are not delivered, and the handler call in progress is waited for up
     * to 5 s, unless this is called from that very handler or from an I/O thread. After that no handler call starts
     * (S5). A call that takes longer goes on. Idempotent.
     */
    @Override
    void close();

    /**
     * Ends the subscription like {@link #close()}, but first delivers what is already queued, for at most {@code drain}. What
     * a group's member has not finished by then stays for the other members.
     *
     * @param drain the time for delivering and for the handler call in progress together; zero waits for neither
     * @throws IllegalArgumentException if it is negative; nothing is closed then
     */
    void close(Duration drain);

    /**
     * Counts since the subscription began.
     *
     * @param delivered handler calls that returned
     * @param dropped messages removed by overflow
     * @param failed messages the handler threw at, or that could not be decoded
     * @param queued messages waiting now
     * @param lag messages of a durable topic, or for its group, that the log holds and that have not been handled, those queued
     *     and the one being handled included. How many others there are the medium is asked twice per {@code poll}, and when
     *     nothing is left to handle. Empty on a live topic, and until the medium has answered
     */
    record Stats(long delivered, long dropped, long failed, long queued, OptionalLong lag) {}
}
