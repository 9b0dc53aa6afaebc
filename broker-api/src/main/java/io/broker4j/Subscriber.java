package io.broker4j;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

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
     * @throws Exception whatever went wrong: reported and counted; the message is delivered again only to a group (L5)
     */
    void onMessage(Message<T> message) throws Exception;

    /**
     * Handles one message and tells when that is done. This is what the broker calls; unless overridden it calls
     * {@link #onMessage}. The next message waits for the stage, as does a group's acknowledgement (L4); no thread does.
     *
     * @param message as for {@link #onMessage}
     * @return completes when the message is handled, exceptionally if that failed
     * @throws Exception as if the stage had completed with it
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
         * Handles one.
         *
         * @param event never null
         * @throws Exception whatever went wrong
         */
        void handle(E event) throws Exception;
    }

    /**
     * A subscriber whose work goes on after the call, elsewhere: the message is handled when its stage completes.
     *
     * @param <T> type of the payloads
     * @param handler called like {@link #onMessage}; the stage it returns must complete some day, or no other message follows
     * @return a subscriber whose {@link #onMessage} waits for the stage
     */
    static <T> Subscriber<T> async(Function<? super Message<T>, ? extends CompletionStage<?>> handler) {
        return new AsyncSubscriber<>(Objects.requireNonNull(handler, "handler"));
    }

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
