package io.broker4j;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a subscription receives. Immutable: begin with {@link #DEFAULTS} and change what you need. */
public final class SubscribeOptions {

    /**
     * Which messages a full mailbox drops. Dropped messages are counted and announced by a gap
     * (D5). Neither policy blocks a publisher.
     */
    public enum Overflow {
        /** The oldest waiting messages, so that the delivered messages are recent. */
        DROP_OLDEST,
        /** The arriving message, so that the delivered messages stay contiguous for longer. */
        DROP_NEWEST
    }

    /**
     * 1,024 messages, 4 MiB, {@link Overflow#DROP_OLDEST}, on the broker's own threads, from {@link Start#now()},
     * without a group. A member of a group has a prefetch of 16.
     */
    public static final SubscribeOptions DEFAULTS =
            new SubscribeOptions(1024, 4L << 20, Overflow.DROP_OLDEST, null, Start.now(), null, Retry.DEFAULTS, 16);

    private static final int MAX_PREFETCH = 1024;

    private static final Executor INLINE = Runnable::run;
    private static final Pattern GROUP_NAME = Pattern.compile("(?!__)[A-Za-z0-9_:/-]{1,64}");

    private final int maxMessages;
    private final long maxBytes;
    private final Overflow overflow;
    private final @Nullable Executor executor;
    private final Start start;
    private final @Nullable String group;
    private final Retry retry;
    private final int prefetch;

    private SubscribeOptions(
            int maxMessages,
            long maxBytes,
            Overflow overflow,
            @Nullable Executor executor,
            Start start,
            @Nullable String group,
            Retry retry,
            int prefetch) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.overflow = Objects.requireNonNull(overflow, "overflow");
        this.executor = executor;
        this.start = Objects.requireNonNull(start, "start");
        this.group = group;
        this.retry = Objects.requireNonNull(retry, "retry");
        this.prefetch = prefetch;
        if (maxMessages < 1) {
            throw new IllegalArgumentException("maxMessages is " + maxMessages + ", must be at least 1");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be at least 1");
        }
        if (prefetch < 1 || prefetch > MAX_PREFETCH) {
            throw new IllegalArgumentException("prefetch is " + prefetch + ", must be from 1 to " + MAX_PREFETCH);
        }
    }

    /** {@return how many messages may wait in the mailbox} */
    public int maxMessages() {
        return maxMessages;
    }

    /** {@return how many bytes may wait in the mailbox} */
    public long maxBytes() {
        return maxBytes;
    }

    /** {@return which messages a full mailbox drops on a live topic} */
    public Overflow overflow() {
        return overflow;
    }

    /** {@return where handlers run; empty for the broker's own threads} */
    public Optional<Executor> executor() {
        return Optional.ofNullable(executor);
    }

    /** {@return where the subscription begins} */
    public Start start() {
        return start;
    }

    /** {@return the name of the group that shares the messages of a durable topic; empty to receive all of them} */
    public Optional<String> group() {
        return Optional.ofNullable(group);
    }

    /** {@return how a group treats a message whose handler failed} */
    public Retry retry() {
        return retry;
    }

    /** {@return how many messages a group's member may hold besides the one being handled} */
    public int prefetch() {
        return prefetch;
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
     * @param bytes at least 1; encoded payloads and headers count. A message larger than this bound
     *     is always dropped on a live topic, and waits alone on a durable topic
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
                Objects.requireNonNull(handlers, "executor"),
                start,
                group,
                retry,
                prefetch);
    }

    /**
     * Runs handlers on the thread that brings the message: the publisher's in memory, an I/O thread
     * on Redis. This is the fastest delivery, for handlers that never block. A handler still gets
     * one message at a time; a publisher that finds a delivery in progress leaves its message to
     * the thread that is delivering. Messages that wait for the stage of an
     * {@linkplain Subscriber#async asynchronous} handler are handled on the thread that completes
     * the stage. Threads of the broker deliver messages that were read from a log without a hint,
     * and messages that are still queued at {@link Subscription#close}: the closing thread runs no
     * handler.
     *
     * @return a copy with inline delivery in place of any executor
     */
    public SubscribeOptions inline() {
        return withExecutor(INLINE);
    }

    /** {@return whether delivery is {@link #inline()}} */
    public boolean isInline() {
        return executor == INLINE;
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
     * Makes the subscription a member of a group. The subscriptions that name the same group, on
     * any server, share the messages of a durable topic: each message goes to one member, and is
     * redelivered to some member until one has handled it (L3). Returning from the handler, or
     * completing its stage, acknowledges the message (L4). A member holds up to
     * {@link #withPrefetch prefetch} messages that it has not begun; while one handler call takes
     * longer than about a second, the member gives these messages back and other members handle
     * them (L9).
     *
     * @param name one segment of a topic name, at most 64 characters; {@code dead.NAME.TOPIC} must
     *     be a valid topic name too
     * @return a copy that makes the subscription a member
     * @throws IllegalArgumentException if the name is not allowed
     */
    public SubscribeOptions withGroup(String name) {
        if (!GROUP_NAME.matcher(Objects.requireNonNull(name, "group")).matches()) {
            throw new IllegalArgumentException("group '" + shown(name)
                    + "', must be 1–64 characters of A-Z a-z 0-9 _ : / -, not beginning with __");
        }
        return new SubscribeOptions(maxMessages, maxBytes, overflow, executor, start, name, retry, prefetch);
    }

    /**
     * {@return a copy with another retry policy, for a group}
     *
     * @param failures how the group treats a message whose handler failed
     */
    public SubscribeOptions withRetry(Retry failures) {
        return new SubscribeOptions(maxMessages, maxBytes, overflow, executor, start, group, failures, prefetch);
    }

    /**
     * {@return a copy that reads fewer or more messages ahead, for a group}; without a group any value but the default
     * fails the subscribe with {@link UnsupportedException}
     *
     * @param messages most messages that a member holds besides the one being handled, from 1 to 1,024; a member never
     *     holds more than {@code maxMessages}. A small number shares the work more evenly, a large number asks the medium
     *     less often
     * @throws IllegalArgumentException if it is not from 1 to 1,024
     */
    public SubscribeOptions withPrefetch(int messages) {
        return new SubscribeOptions(maxMessages, maxBytes, overflow, executor, start, group, retry, messages);
    }

    private static String shown(String name) {
        return name.substring(0, Math.min(name.length(), 65)).replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }

    /** {@return whether all options are the same} */
    @Override
    public boolean equals(Object other) {
        return other instanceof SubscribeOptions options && values().equals(options.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    /** {@return all options, for logs} */
    @Override
    public String toString() {
        return "SubscribeOptions" + values();
    }

    private List<Object> values() {
        return List.of(maxMessages, maxBytes, overflow, executor(), start, group(), retry, prefetch);
    }

    /**
     * How a group treats a message whose handler failed (L5). The message is delivered again after a random delay of up
     * to {@code firstDelay}; this bound doubles with each attempt, up to {@code longestDelay}. Other messages are
     * handled meanwhile. After {@code maxDeliveries} the message is moved to the group's dead-letter topic, {@code
     * dead.GROUP.TOPIC}. That topic has a retention of its own, and {@link BrokerEvent.DeadLettersTrimmed} reports what
     * it drops.
     *
     * @param maxDeliveries at least 1. A delivery to a member that dies counts, even for a message
     *     that the member had only prefetched; these are at most {@code prefetch} messages. A
     *     delivery that the member gives back does not count, if the medium learns of it
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
            Objects.requireNonNull(firstDelay, "firstDelay");
            Objects.requireNonNull(longestDelay, "longestDelay");
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
         * @param retention of the group's dead-letter topic; if members differ, the same rules
         *     apply as for publishers that differ
         */
        public Retry withDeadLetters(Retention retention) {
            return new Retry(maxDeliveries, firstDelay, longestDelay, retention);
        }
    }
}
