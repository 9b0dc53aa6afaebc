package io.broker4j.spi;

import io.broker4j.Position;
import java.util.Optional;
import java.util.OptionalLong;

/** What brings one subscription its messages. */
interface Feed {

    /** The name subscribed to. */
    String topic();

    /** Where they wait, and from where they are delivered. */
    Mailbox<?> mailbox();

    /** As {@link io.broker4j.Subscription#position}. */
    Optional<Position> position();

    /** As {@link io.broker4j.Subscription.Stats#queued}. */
    default long queued() {
        return mailbox().cursor().queued();
    }

    /** As {@link io.broker4j.Subscription.Stats#lag}. */
    OptionalLong lag();

    /** What has failed last, if that has not succeeded since. */
    default Optional<Throwable> trouble() {
        return Optional.empty();
    }

    /** Takes no more: what waits now is delivered, and nothing after it. */
    default void stop() {
        mailbox().stop();
    }

    /** Messages that waited at the stop and that no handler was called for; known when it has ended and no handler runs. */
    default long undelivered() {
        return mailbox().undelivered();
    }

    /** Brings no more, and has the medium forget about it. */
    void end();

    /** Waits, once it has ended and no handler runs, until the medium knows what was handled, or until a deadline. */
    default void awaitSettled(long deadlineNanos) {}
}
