package io.broker4j.spi;

import io.broker4j.BrokerEvent;

/**
 * The engine, as a transport sees it. No call blocks or throws. What happens on one topic
 * must be handed over in the order in which it happened on the medium, and {@link #renewed} while nothing is received by that
 * filter.
 */
public interface Receiver {

    /**
     * A frame arrived by the subscription to {@code filter}. Topics that do not match it are ignored, so a medium may use
     * a coarser filter; the same frame may arrive by several filters.
     *
     * @param filter one that the engine has subscribed to; of another, withdrawn meanwhile, frames are ignored
     * @param topic the name it was published to, without wildcards
     * @param frame the engine's from now on; one object may be handed over for several filters
     */
    void received(TopicFilter filter, String topic, Frame frame);

    /**
     * The subscription to {@code filter}, confirmed before, was interrupted and is live again: call this once per
     * interruption, after the last frame of the old link and before the first of the new one.
     *
     * @param filter one that the engine has subscribed to; another is ignored
     */
    void renewed(TopicFilter filter);

    /**
     * A connection to the medium was made: what waits out a pause after a failure, such as the reader of a log, tries again soon.
     */
    void reachable();

    /**
     * Makes some of these calls together, for a transport that must hold a lock meanwhile: subscribers that are served inline
     * are called after {@code deliveries} has returned, all others are anyway.
     *
     * @param deliveries run at once, on the calling thread
     */
    void together(Runnable deliveries);

    /**
     * Something happened that listeners should know.
     *
     * @param event handed to listeners on another thread, in the order of these calls
     */
    void event(BrokerEvent event);
}
