package io.broker4j;

/**
 * Receives the messages of one subscription, one at a time and in order (D1). What it throws is reported as
 * {@link BrokerEvent.HandlerFailed} and counted; the next message follows (D3).
 *
 * @param <T> type of the payloads
 */
@FunctionalInterface
public interface Subscriber<T> {

    /**
     * Handles one message. May block without delaying anybody else (D4), and may publish (P8) or close its subscription.
     *
     * @param message may be kept; its payload is shared with other subscriptions and must not be changed
     * @throws Exception whatever went wrong: reported and counted, the message is not delivered again
     */
    void onMessage(Message<T> message) throws Exception;

    /**
     * Tells that messages are, or may be, missing exactly here in the order of messages (D5, D8). Called like
     * {@link #onMessage}, never at the same time. Unless overridden, the gap is logged as a warning.
     *
     * @param gap which topics, why, and how many messages if that is known
     * @throws Exception whatever went wrong: reported and counted, the next message follows
     */
    default void onGap(Gap gap) throws Exception {
        System.getLogger("io.broker4j").log(System.Logger.Level.WARNING, "{0}", gap);
    }
}
