package io.broker4j.spi;

import io.broker4j.BrokerEvent;

/**
 * The engine, as a transport sees it. No call blocks or throws. A transport hands over the events of one topic in the
 * order in which they happened on the medium. It calls {@link #renewed} while it receives nothing by that filter.
 */
public interface Receiver {

    /**
     * A frame arrived by the subscription to {@code filter}. Topics that do not match it are ignored, so a medium may use
     * a coarser filter; the same frame may arrive by several filters.
     *
     * @param filter one that the engine has subscribed to; frames of a filter that was withdrawn meanwhile are ignored
     * @param topic the name that the frame was published to, without wildcards
     * @param frame belongs to the engine from now on; one object may be handed over for several filters
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
     * A connection to the medium was made: a log reader that pauses after a failure tries again soon.
     */
    void reachable();

    /**
     * Makes some of these calls together, for a transport that must hold a lock meanwhile. Inline subscribers are
     * called after {@code deliveries} has returned; all other subscribers run on their own threads anyway.
     *
     * @param deliveries run at once, on the calling thread
     */
    void together(Runnable deliveries);

    /**
     * Something happened that listeners should know. A lost link is told before {@link Transport#health} says {@code UP}
     * again: the engine counts outages, and does not blame a request that failed in one on the medium.
     *
     * @param event handed to listeners on another thread, in the order of these calls
     */
    void event(BrokerEvent event);
}
