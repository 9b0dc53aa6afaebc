package io.broker4j.spi;

import io.broker4j.BrokerEvent;

/**
 * The engine, as a transport sees it. No call blocks or throws. Calls for one filter must be made one after another, in the
 * order in which things happened on the medium.
 */
public interface Receiver {

    /**
     * A frame arrived by the subscription to {@code filter}. Topics that do not match it are ignored, so a medium may use
     * a coarser filter; the same frame may arrive by several filters.
     */
    void received(TopicFilter filter, String topic, Frame frame);

    /**
     * The subscription to {@code filter}, confirmed before, was interrupted and is live again: call this once per
     * interruption, after the last frame of the old link and before the first of the new one.
     */
    void renewed(TopicFilter filter);

    /**
     * Makes some of these calls together, for a transport that must hold a lock meanwhile: subscribers that are served inline
     * are called after {@code deliveries} has returned, all others are anyway.
     */
    void together(Runnable deliveries);

    /** Something happened that listeners should know. */
    void event(BrokerEvent event);
}
