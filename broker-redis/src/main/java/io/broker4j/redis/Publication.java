package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;

/** A request that publishes a message. The publisher learns the outcome (P3). */
abstract class Publication<T> extends Request<T> {

    @Override
    final BrokerException failed(Outcome outcome, String why) {
        String unknown = outcome == Outcome.UNKNOWN ? ": the message may or may not have been received" : "";
        return new PublishException(outcome, why + unknown);
    }

    /**
     * Called by the engine when the publish time-out has passed: bytes that are still in a buffer
     * must not be sent late.
     */
    @Override
    public final boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            link().abort("no reply to " + words() + " within the publish time-out");
        }
        return cancelled;
    }
}
