package io.broker4j;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Receives the messages of one subscription, one at a time and in order (D1). An exception that it
 * throws is reported as {@link BrokerEvent.HandlerFailed} and counted; the next message follows
 * (D3).
 *
 * @param <T> type of the payloads
 */
@FunctionalInterface
public interface Subscriber<T> {

    /**
     * Handles one message. It may block without delaying other subscriptions (D4), and may publish
     * (P8) or close its subscription.
     *
     * @param message may be kept; its payload is shared with other subscriptions and must not be changed
     * @throws Exception whatever went wrong: reported and counted; the message is delivered again only to a group (L5)
     */
    void onMessage(Message<T> message) throws Exception;

    /**
     * Handles one message and returns a stage that completes when the message is handled. The
     * broker calls this method; the default implementation calls {@link #onMessage}. The next
     * message and a group's acknowledgement (L4) wait for the stage; no thread waits.
     *
     * @param message as for {@link #onMessage}
     * @return completes when the message is handled, exceptionally if that failed
     * @throws Exception treated like a stage that fails with it
     */
    default CompletionStage<?> handle(Message<T> message) throws Exception {
        onMessage(message);
        return AsyncSubscriber.HANDLED;
    }

    /**
     * A subscriber from two lambdas.
     *
     * @param <T> type of the payloads
     * @param onMessage as {@link #onMessage}
     * @param onGap as {@link #onGap}
     * @return a subscriber that calls them
     */
    static <T> Subscriber<T> of(Handler<? super Message<T>> onMessage, Handler<? super Gap> onGap) {
        return new PlainSubscriber<>(
                Objects.requireNonNull(onMessage, "onMessage"), Objects.requireNonNull(onGap, "onGap"));
    }

    /**
     * A handler as a lambda that may throw.
     *
     * @param <E> type of what is handled
     */
    @FunctionalInterface
    interface Handler<E> {

        /**
         * Handles one message or gap.
         *
         * @param event never null
         * @throws Exception whatever went wrong
         */
        void handle(E event) throws Exception;
    }

    /**
     * A subscriber whose handler continues after it has returned: the message is handled when the
     * returned stage completes.
     *
     * @param <T> type of the payloads
     * @param handler called like {@link #onMessage}; the stage it returns must complete eventually,
     *     because the next message waits for it
     * @return a subscriber whose {@link #onMessage} waits for the stage
     */
    static <T> Subscriber<T> async(Function<? super Message<T>, ? extends CompletionStage<?>> handler) {
        return new AsyncSubscriber<>(Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Announces that messages are, or may be, missing at exactly this place in the order of
     * messages (D5, D8). Called like {@link #onMessage}, never at the same time. The default
     * implementation logs the gap as a warning.
     *
     * @param gap which topics, why, and how many messages if that is known
     * @throws Exception whatever went wrong: reported and counted, the next message follows
     */
    default void onGap(Gap gap) throws Exception {
        System.getLogger("io.broker4j").log(System.Logger.Level.WARNING, "{0}", gap);
    }
}
