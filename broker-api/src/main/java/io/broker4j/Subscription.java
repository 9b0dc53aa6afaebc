package io.broker4j;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** A live subscription. Safe for use from any thread. */
public interface Subscription extends AutoCloseable {

    /** {@return the name subscribed to, wildcards included} */
    String topic();

    /**
     * The position of this subscription to a durable topic. Every message up to this position was
     * handled, failed or was announced as missing, so {@link Start#after} continues after it on any
     * server.
     *
     * @return the position from the moment the subscription is live, {@link Position#ORIGIN} if nothing precedes it;
     *     empty on a live topic, and for a member of a group, whose position the medium keeps
     */
    Optional<Position> position();

    /** {@return counts of what happened so far; they stay readable after closing} */
    Stats stats();

    /** Ends the subscription within 5 s: like {@link #close(Duration)} with that time. */
    @Override
    void close();

    /**
     * Delivers the queued messages, waits for the handler call in progress, and ends the subscription. After that no
     * handler call starts (S5); a call that takes longer continues. Messages that are not delivered in time are
     * reported as {@link BrokerEvent.Undelivered}; messages that a group's member has not finished stay for the other
     * members. Idempotent.
     *
     * <p>If the handler itself calls this method, the method returns at once, and that handler call
     * is the last. {@link Broker#close(Duration)} lists the other cases in which this method would
     * wait for its own caller: there it returns at once and continues in the background. An
     * interrupted thread waits too, and stays interrupted.
     *
     * @param drain the time for delivering and for the handler call in progress together; zero drops queued messages
     *     and waits for nothing
     * @throws IllegalArgumentException if it is negative; nothing is closed then
     */
    void close(Duration drain);

    /**
     * Counts since the subscription began.
     *
     * @param delivered handler calls that returned
     * @param dropped messages removed by overflow
     * @param failed messages whose handler failed, or that could not be decoded
     * @param queued messages waiting now
     * @param lag messages of a durable topic, or of its group, that the log holds and that have not
     *     been handled, including the queued ones and the one being handled. The broker asks the
     *     medium twice per {@code poll} for the number of messages that it has not read, and also
     *     when nothing is left to handle. Empty on a live topic, and until the medium has answered
     */
    record Stats(long delivered, long dropped, long failed, long queued, OptionalLong lag) {}
}
