package io.broker4j.spi;

import io.broker4j.Health;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Moves frames between this process and a medium. Implementations are safe for use from any thread; no method but
 * {@link #start} and {@link #close} blocks.
 */
public interface Transport {

    /**
     * Called once, before anything else: connects, and hands what arrives to {@code receiver} from now on. May block for the
     * connect time-out.
     *
     * @param receiver the engine, whose calls neither block nor throw
     * @throws io.broker4j.BrokerException if the medium cannot be reached or refuses us; the transport is closed then
     */
    void start(Receiver receiver);

    /**
     * Puts one frame on the medium. The engine calls this under a lock per topic, so frames of one topic must reach the
     * medium in the order of the calls. Nothing may be queued while disconnected, sent twice, or sent after the future
     * has completed.
     *
     * <p>The engine cancels the future when the publish time-out has passed: the transport then makes sure that the frame
     * is not sent late.
     *
     * @param topic its name, without wildcards
     * @param frame not to be changed; its payload is an object if this transport {@link #passesReferences}
     * @return completes when the medium has the frame (P2), or exceptionally with a {@link io.broker4j.PublishException};
     *     already complete with {@code NOT_SENT} if it was refused here, in which case its number is used again
     */
    CompletableFuture<Void> publish(String topic, Frame frame);

    /**
     * Wants the topics that match a filter from now on, until {@link #unsubscribe}. Idempotent; called again for each
     * subscription. The engine calls this and {@code unsubscribe} in the order decided, under a lock.
     *
     * @param filter one topic, or a pattern; a medium without such patterns may use a coarser one
     * @return completes when the medium has confirmed this very filter on the connection it is to be received on (S1); at
     *     once if that is so already. Fails with a {@link io.broker4j.BrokerException} if the medium refuses. A failure does
     *     not end the wish: the engine withdraws it with {@code unsubscribe} if nobody else has it.
     */
    CompletableFuture<Void> subscribe(TopicFilter filter);

    /**
     * No longer wants a filter. The medium may take its time; what arrives meanwhile is ignored by the engine.
     *
     * @param filter one that was given to {@link #subscribe}, whether or not it was confirmed
     */
    void unsubscribe(TopicFilter filter);

    /**
     * The logs of this medium, for durable topics.
     *
     * @return always the same; empty if this medium keeps no messages: publishing and subscribing to a durable topic then fails
     *     with {@link io.broker4j.UnsupportedException}
     */
    default Optional<Log> log() {
        return Optional.empty();
    }

    /** {@return what is known now about both halves (C3)} */
    Health health();

    /** {@return whether frames stay in this JVM, so that payloads are passed by reference instead of encoded} */
    default boolean passesReferences() {
        return false;
    }

    /** {@return whether the calling thread is one that this transport needs for receiving or for completing futures} */
    default boolean onIoThread() {
        return false;
    }

    /**
     * Releases everything it opened, and nothing it was handed, within {@code deadline}. Pending futures complete.
     *
     * @param deadline the time it may take, from now; zero or more
     */
    void close(Duration deadline);
}
