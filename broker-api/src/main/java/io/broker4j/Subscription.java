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

    /** Ends the subscription within 5 s: like {@link #close(Duration)} with that time. */
    @Override
    void close();

    /**
     * Delivers what is queued, waits for the handler call in progress, and ends the subscription. After that no handler call
     * starts (S5); one that takes longer goes on. What is not delivered in time is told as {@link BrokerEvent.Undelivered}; what
     * a group's member has not finished by then stays for the other members. Idempotent.
     *
     * <p>Called in the handler itself it returns at once, and that call is the last. Where waiting would be for the caller
     * otherwise, as {@link Broker#close(Duration)} says, it returns at once and goes on in the background. Waits on an interrupted
     * thread too, which stays interrupted.
     *
     * @param drain the time for delivering and for the handler call in progress together; zero drops what is queued and waits
     *     for nothing
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
