package io.broker4j;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How a subscription receives.
 *
 * @param maxMessages most messages waiting in the mailbox, at least 1
 * @param maxBytes most bytes waiting in the mailbox, at least 1; a message larger than this is always dropped
 * @param overflow what is given up beyond that
 * @param executor where handlers run; empty for the broker's own threads
 */
public record SubscribeOptions(int maxMessages, long maxBytes, Overflow overflow, Optional<Executor> executor) {

    /** 1,024 messages, 4 MiB, {@link Overflow#DROP_OLDEST}, on the broker's own threads. */
    public static final SubscribeOptions DEFAULTS =
            new SubscribeOptions(1024, 4L << 20, Overflow.DROP_OLDEST, Optional.empty());

    private static final Executor INLINE = Runnable::run;

    /**
     * Checks the bounds.
     *
     * @param maxMessages at least 1
     * @param maxBytes at least 1
     * @param overflow which end of a full mailbox is given up
     * @param executor not closed by the broker; empty for the broker's own threads
     * @throws IllegalArgumentException if a bound is less than 1
     */
    public SubscribeOptions {
        Objects.requireNonNull(overflow, "overflow");
        Objects.requireNonNull(executor, "executor");
        if (maxMessages < 1) {
            throw new IllegalArgumentException("maxMessages is " + maxMessages + ", must be at least 1");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be at least 1");
        }
    }

    /**
     * {@return a copy with another bound on waiting messages}
     *
     * @param messages at least 1
     * @throws IllegalArgumentException if it is less
     */
    public SubscribeOptions withMaxMessages(int messages) {
        return new SubscribeOptions(messages, maxBytes, overflow, executor);
    }

    /**
     * {@return a copy with another bound on waiting bytes}
     *
     * @param bytes at least 1, counting payloads as encoded and headers
     * @throws IllegalArgumentException if it is less
     */
    public SubscribeOptions withMaxBytes(long bytes) {
        return new SubscribeOptions(maxMessages, bytes, overflow, executor);
    }

    /**
     * {@return a copy with another overflow policy}
     *
     * @param policy which messages a full mailbox gives up
     */
    public SubscribeOptions withOverflow(Overflow policy) {
        return new SubscribeOptions(maxMessages, maxBytes, policy, executor);
    }

    /**
     * With handlers on an executor of yours, which stays yours to close. One task at a time is submitted; a task that is
     * rejected is submitted again after 100 ms.
     *
     * @param handlers must outlive the subscription; to run on the submitting thread, use {@link #inline()}
     * @return a copy with that executor
     */
    public SubscribeOptions withExecutor(Executor handlers) {
        return new SubscribeOptions(maxMessages, maxBytes, overflow, Optional.of(handlers));
    }

    /**
     * With handlers on the very thread that brings the message: the publisher's in memory, an I/O thread on Redis. The
     * fastest way, for handlers that never block; still one message at a time, and a publisher that finds a delivery
     * under way leaves its message to the thread that is delivering.
     *
     * @return a copy whose executor, if any, is replaced
     */
    public SubscribeOptions inline() {
        return withExecutor(INLINE);
    }

    /** {@return whether delivery is {@link #inline()}} */
    public boolean isInline() {
        return executor.filter(INLINE::equals).isPresent();
    }
}
