package io.broker4j.engine;

import io.broker4j.Position;
import java.util.Optional;
import java.util.OptionalLong;

/** Brings messages to one subscription. */
interface Feed {

    /** The name subscribed to. */
    String topic();

    /** The mailbox in which the messages wait, and which delivers them. */
    Mailbox<?> mailbox();

    /** As {@link io.broker4j.Subscription#position}. */
    Optional<Position> position();

    /** As {@link io.broker4j.Subscription.Stats#queued}. */
    default long queued() {
        return mailbox().cursor().queued();
    }

    /** As {@link io.broker4j.Subscription.Stats#lag}. */
    OptionalLong lag();

    /** The last failure, if the failed operation has not succeeded since. */
    default Optional<Throwable> trouble() {
        return Optional.empty();
    }

    /** Takes no more messages; the waiting messages are still delivered. */
    void stop();

    /** Messages that waited at the stop and reached no handler. Known once the feed has ended and no handler runs. */
    default long undelivered() {
        return mailbox().undelivered();
    }

    /** Brings no more messages, and makes the medium forget this feed. */
    void end();

    /** After the end, when no handler runs: waits until the medium knows what was handled, or until a deadline. */
    default void awaitSettled(long deadlineNanos) {}
}
