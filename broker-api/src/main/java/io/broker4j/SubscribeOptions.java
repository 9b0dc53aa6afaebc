package io.broker4j;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/**
 * How a subscription receives.
 *
 * @param maxMessages most messages waiting in the mailbox, at least 1
 * @param maxBytes most bytes waiting in the mailbox, at least 1; a larger message is always dropped on a live topic, and waits
 *     alone on a durable one
 * @param overflow which messages a full mailbox drops on a live topic. On a durable topic only as much is read as the
 *     mailbox has room for, and any policy but the default fails the subscribe with {@link UnsupportedException}
 * @param executor where handlers run; empty for the broker's own threads
 * @param start where to begin; on a live topic only {@link Start#now()} is possible
 * @param group the name of the group that shares the messages of a durable topic; empty to receive all of them
 * @param retry how a group treats a message whose handler failed
 * @param prefetch most messages that a group's member holds besides the one being handled, from 1 to 1,024
 */
public record SubscribeOptions(
        int maxMessages,
        long maxBytes,
        Overflow overflow,
        Optional<Executor> executor,
        Start start,
        Optional<String> group,
        Retry retry,
        int prefetch) {

    /**
     * 1,024 messages, 4 MiB, {@link Overflow#DROP_OLDEST}, on the broker's own threads, from {@link Start#now()},
     * without a group. A member of a group has a prefetch of 16.
     */
    public static final SubscribeOptions DEFAULTS = new SubscribeOptions(
            1024, 4L << 20, Overflow.DROP_OLDEST, Optional.empty(), Start.now(), Optional.empty(), Retry.DEFAULTS, 16);

    private static final int MAX_PREFETCH = 1024;

    private static final Executor INLINE = Runnable::run;
    private static final Pattern GROUP_NAME = Pattern.compile("(?!__)[A-Za-z0-9_:/-]{1,64}");

    /**
     * Checks the bounds.
     *
     * @param maxMessages at least 1
     * @param maxBytes at least 1
     * @param overflow which end of a full mailbox is dropped
     * @param executor not closed by the broker; empty for the broker's own threads
     * @param start where to begin
     * @param group one segment of a topic name, at most 64 characters
     * @param retry used with a group only
     * @param prefetch used with a group only, from 1 to 1,024
     * @throws IllegalArgumentException if a bound is less than 1, the prefetch out of its range, or the group's name not allowed
     */
    public SubscribeOptions {
        Objects.requireNonNull(overflow, "overflow");
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(retry, "retry");
        if (maxMessages < 1) {
            throw new IllegalArgumentException("maxMessages is " + maxMessages + ", must be at least 1");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be at least 1");
        }
        if (prefetch < 1 || prefetch > MAX_PREFETCH) {
            throw new IllegalArgumentException("prefetch is " + prefetch + ", must be from 1 to " + MAX_PREFETCH);
        }
        group.ifPresent(SubscribeOptions::checkGroup);
    }

    private static void checkGroup(String name) {
        if (!GROUP_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("group '" + shown(name)
                    + "', must be 1–64 characters of A-Z a-z 0-9 _ : / -, not beginning with __");
        }
    }

    private static String shown(String name) {
        return name.substring(0, Math.min(name.length(), 65)).replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }

    /**
     * {@return a copy with another bound on waiting messages}
     *
     * @param messages at least 1
     * @throws IllegalArgumentException if it is less
     */
    public SubscribeOptions withMaxMessages(int messages) {
        return new SubscribeOptions(messages, maxBytes, overflow, executor, start, group, retry, prefetch);
    }

    /**
     * {@return a copy with another bound on waiting bytes}
     *
     * @param bytes at least 1, counting payloads as encoded and headers
     * @throws IllegalArgumentException if it is less
     */
    public SubscribeOptions withMaxBytes(long bytes) {
        return new SubscribeOptions(maxMessages, bytes, overflow, executor, start, group, retry, prefetch);
    }

    /**
     * {@return a copy with another overflow policy}
     *
     * @param policy which messages a full mailbox drops; on a durable topic any policy but the default fails the
     *     subscribe with {@link UnsupportedException}
     */
    public SubscribeOptions withOverflow(Overflow policy) {
        return new SubscribeOptions(maxMessages, maxBytes, policy, executor, start, group, retry, prefetch);
    }

    /**
     * Runs handlers on your executor; the broker does not close it. A thread of the broker submits one task after
     * another. A rejected task is submitted again after 100 ms. A task that does not begin within 5 s is reported as an
     * event and by {@link Broker#health}, and is submitted again, because the executor may have dropped it (D2).
     *
     * @param handlers must outlive the subscription; to run on the submitting thread, use {@link #inline()}
     * @return a copy with that executor
     */
    public SubscribeOptions withExecutor(Executor handlers) {
        return new SubscribeOptions(
                maxMessages,
                maxBytes,
                overflow,
                Optional.of(Objects.requireNonNull(handlers, "executor")),
                start,
                group,
                retry,
                prefetch);
    }

    /**
     * Runs handlers on the thread that brings the message: the publisher's in memory, an I/O thread on Redis. This is
     * the fastest way, for handlers that never block. A handler still gets one message at a time; a publisher that
     * finds a delivery in progress leaves its message to the thread that is delivering. Messages behind the stage of an
     * {@linkplain Subscriber#async asynchronous} handler run on the thread that completes the stage. Threads of the
     * broker run what a log yields without a hint, and what is still queued at {@link Subscription#close}: the closing
     * thread runs no handler.
     *
     * @return a copy with inline delivery in place of any executor
     */
    public SubscribeOptions inline() {
        return withExecutor(INLINE);
    }

    /** {@return whether delivery is {@link #inline()}} */
    public boolean isInline() {
        return executor.filter(INLINE::equals).isPresent();
    }

    /**
     * {@return a copy that begins elsewhere in the log of a durable topic}
     *
     * @param where on a live topic any start but {@link Start#now()} fails the subscribe with {@link
     *     UnsupportedException}
     */
    public SubscribeOptions withStart(Start where) {
        return new SubscribeOptions(maxMessages, maxBytes, overflow, executor, where, group, retry, prefetch);
    }

    /**
     * Makes the subscription a member of a group. The subscriptions that name the same group, on any server, share the
     * messages of a durable topic: each message goes to one member, and again to some member until one has handled it
     * (L3). Returning from the handler, or completing its stage, acknowledges the message (L4). A member holds up to
     * {@link #withPrefetch prefetch} messages that it has not begun; while one handler call takes longer than about a
     * second, the member gives these messages back and other members handle them (L9).
     *
     * @param name one segment of a topic name, at most 64 characters; {@code dead.NAME.TOPIC} must be a topic's name too
     * @return a copy that is a member
     * @throws IllegalArgumentException if the name is not allowed
     */
    public SubscribeOptions withGroup(String name) {
        return new SubscribeOptions(
                maxMessages,
                maxBytes,
                overflow,
                executor,
                start,
                Optional.of(Objects.requireNonNull(name, "group")),
                retry,
                prefetch);
    }

    /**
     * {@return a copy with other retries, for a group}
     *
     * @param failures how the group treats a message whose handler failed
     */
    public SubscribeOptions withRetry(Retry failures) {
        return new SubscribeOptions(maxMessages, maxBytes, overflow, executor, start, group, failures, prefetch);
    }

    /**
     * {@return a copy that reads fewer or more messages ahead, for a group}
     *
     * @param messages most messages that a member holds besides the one being handled, from 1 to 1,024 and never more
     *     than {@code maxMessages}; a small number shares the work more evenly, a large number asks the medium less
     *     often
     * @throws IllegalArgumentException if it is out of that range
     */
    public SubscribeOptions withPrefetch(int messages) {
        return new SubscribeOptions(maxMessages, maxBytes, overflow, executor, start, group, retry, messages);
    }

    /**
     * How a group treats a message whose handler failed (L5). The message is delivered again after a random delay of up
     * to {@code firstDelay}; this bound doubles with each attempt, up to {@code longestDelay}. Other messages are
     * handled meanwhile. After {@code maxDeliveries} the message is moved to the group's dead-letter topic, {@code
     * dead.GROUP.TOPIC}. That topic has a retention of its own, and {@link BrokerEvent.DeadLettersTrimmed} reports what
     * it drops.
     *
     * @param maxDeliveries at least 1. A delivery that ends with the member's death counts, even for a message that the
     *     member had only read ahead; those are at most the prefetch. A message that a member gives back does not
     *     count, if the medium learns of it
     * @param firstDelay zero or more
     * @param longestDelay at least the first, at most a day
     * @param deadLetters how many dead letters are kept, and for how long
     */
    public record Retry(int maxDeliveries, Duration firstDelay, Duration longestDelay, Retention deadLetters) {
        private static final Duration LONGEST = Duration.ofDays(1);

        /** 5 deliveries, 0.2 s doubling to 30 s, and the newest 10,000 dead letters. */
        public static final Retry DEFAULTS =
                new Retry(5, Duration.ofMillis(200), Duration.ofSeconds(30), Retention.count(10_000));

        /**
         * Checks the ranges.
         *
         * @param maxDeliveries at least 1
         * @param firstDelay zero or more
         * @param longestDelay at least the first, at most a day
         * @param deadLetters of the group's dead-letter topic
         * @throws IllegalArgumentException if one is outside its range
         */
        public Retry {
            Objects.requireNonNull(deadLetters, "deadLetters");
            if (maxDeliveries < 1) {
                throw new IllegalArgumentException("maxDeliveries is " + maxDeliveries + ", must be at least 1");
            }
            if (firstDelay.isNegative()
                    || longestDelay.compareTo(firstDelay) < 0
                    || longestDelay.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("delays from " + firstDelay + " to " + longestDelay
                        + ", must be from zero up to a day, the first not above the longest");
            }
        }

        /**
         * {@return a copy with another limit}
         *
         * @param deliveries at least 1
         * @throws IllegalArgumentException if it is less
         */
        public Retry withMaxDeliveries(int deliveries) {
            return new Retry(deliveries, firstDelay, longestDelay, deadLetters);
        }

        /**
         * {@return a copy with other delays}
         *
         * @param first zero or more
         * @param longest at least the first, at most a day
         * @throws IllegalArgumentException if one is outside its range
         */
        public Retry withDelays(Duration first, Duration longest) {
            return new Retry(maxDeliveries, first, longest, deadLetters);
        }

        /**
         * {@return a copy that keeps more or fewer dead letters}
         *
         * @param retention of the group's dead-letter topic; members that differ are treated like publishers that
         *     differ
         */
        public Retry withDeadLetters(Retention retention) {
            return new Retry(maxDeliveries, firstDelay, longestDelay, retention);
        }
    }
}
