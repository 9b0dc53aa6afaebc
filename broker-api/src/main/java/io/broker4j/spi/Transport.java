package io.broker4j.spi;

import io.broker4j.Health;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Moves frames between this process and a medium. Made by a {@link TransportProvider}, closed once by the engine. Safe
 * for use from any thread; no method but {@link #close} blocks.
 *
 * <p>A transport reconnects by itself and restores its subscriptions. If a client library does this
 * on its own, switch that off, unless the library reports every interruption and resends nothing:
 * otherwise losses stay unknown.
 */
public interface Transport {

    /** What a subscription is for. */
    enum Kind {
        /** Messages of live topics. */
        LIVE,
        /** The {@linkplain Frame.Hint hints} of one durable topic. */
        HINTS
    }

    /**
     * Returns an outlet for a live topic. The call is cheap and opens nothing at the medium.
     *
     * @param topic its name, without wildcards
     * @return an outlet; a topic may have several
     */
    Outlet outlet(String topic);

    /**
     * Subscribes to a filter, until {@link #unsubscribe}. For each further subscription with the
     * same filter and kind, the engine calls this method again, with the same inlet. The engine
     * calls this method and {@code unsubscribe} under a lock, in the order of its decisions.
     *
     * @param filter one topic or, if live, a pattern; a medium without such patterns may use a coarser one
     * @param kind what the subscription is for; a medium may use one channel for both kinds and
     *     hand each frame to both inlets
     * @param inlet receives the frames
     * @return a future of its own for each call. It completes when the medium has confirmed this
     *     very filter on the connection on which it is received (S1); at once if the filter is
     *     confirmed already. If a medium confirms nothing, the transport makes a round trip of its
     *     own as proof, such as a message to itself. Fails with a {@link
     *     io.broker4j.BrokerException} if the medium refuses. The engine may cancel the future; this
     *     does not end the subscription. After a failure or a cancellation it calls {@code
     *     unsubscribe}, unless another subscription uses the filter
     */
    CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet);

    /**
     * Ends the subscription to a filter. The medium may do so later.
     *
     * @param filter one that was given to {@link #subscribe}, whether or not it was confirmed
     * @param kind as given there
     */
    void unsubscribe(TopicFilter filter, Kind kind);

    /**
     * The logs of this medium, for durable topics.
     *
     * @return always the same; empty if this medium keeps no messages: publishing and subscribing to a durable topic
     *     then fails with {@link io.broker4j.UnsupportedException}
     */
    default Optional<Log> log() {
        return Optional.empty();
    }

    /** {@return what is known now about publishing and receiving (C3)} */
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
     * Releases everything that this transport opened, and nothing that it was handed. Pending
     * futures complete, and no inlet is called any more.
     *
     * @param deadline the time that closing may take; zero or more
     */
    void close(Duration deadline);
}
