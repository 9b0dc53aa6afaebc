package io.broker4j.spi;

import io.broker4j.Health;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Moves frames between this process and a medium. Made by a {@link TransportProvider}, closed once by the engine. Safe
 * for use from any thread; no method but {@link #close} blocks.
 *
 * <p>A transport reconnects by itself and subscribes again to what is wanted. A client library that does this on its own
 * must have it switched off, unless it tells of every interruption and resends nothing: otherwise losses stay unknown.
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
     * The way for the messages of a live topic. Costs little; nothing is opened at the medium for it.
     *
     * @param topic its name, without wildcards
     * @return an outlet, of which there may be several for one topic
     */
    Outlet outlet(String topic);

    /**
     * Wants what arrives by a filter from now on, until {@link #unsubscribe}. The engine calls this once more for each
     * further subscription of the same filter and kind, with the same inlet. It calls this and {@code unsubscribe} in
     * the order decided, under a lock.
     *
     * @param filter one topic or, if live, a pattern; a medium without such patterns may use a coarser one
     * @param kind what is wanted; a medium may use one channel for both kinds and hand each frame to both inlets
     * @param inlet receives it
     * @return completes when the medium has confirmed this very filter on the connection on which it is received (S1);
     *     at once if that is so already. A medium that confirms nothing needs a round trip of its own that shows it,
     *     such as a message to itself. Fails with a {@link io.broker4j.BrokerException} if the medium refuses. The
     *     engine may cancel the future, which ends nothing. After failure and cancellation it calls {@code
     *     unsubscribe} unless somebody else wants the filter
     */
    CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet);

    /**
     * No longer wants a filter. The medium may take its time.
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
     * Releases everything it opened, and nothing it was handed. Pending futures complete, and no inlet is called any
     * more.
     *
     * @param deadline the time it may take, from now; zero or more
     */
    void close(Duration deadline);
}
