package io.broker4j;

import java.util.OptionalLong;

/**
 * Announces that messages are, or may be, missing. A gap may announce more messages than were lost,
 * never fewer.
 *
 * @param topic the topic, or the subscription's own name with its wildcards if any matching topic may be affected
 * @param reason why messages are missing
 * @param count how many messages; empty if that is unknown
 */
public record Gap(String topic, Reason reason, OptionalLong count) {

    /** Why messages are missing. */
    public enum Reason {
        /** The link to the medium was interrupted and is live again; what was published meanwhile is missing. */
        DISCONNECTED,
        /** The subscriber was slower than its mailbox could hold. */
        OVERFLOW,
        /**
         * The sequence numbers of one publisher are not consecutive. A failed publish leaves such a
         * hole too. Messages missed in an outage are announced by {@link #DISCONNECTED}, and once
         * more by this reason before the publisher's next message.
         */
        SEQUENCE,
        /** The log of a durable topic dropped messages before they were read. */
        TRIMMED,
        /**
         * The log of a durable topic is not the log that was read so far: it was deleted, has
         * expired or was restored from an older state, or the position belongs to another log. The
         * current content of the log follows, and may repeat messages that were delivered before.
         */
        RESET
    }

    /**
     * A gap of unknown size.
     *
     * @param topic the topic, or a subscription's name with wildcards
     * @param reason why
     * @return a gap without a count
     */
    public static Gap of(String topic, Reason reason) {
        return new Gap(topic, reason, OptionalLong.empty());
    }

    /**
     * A gap of known size.
     *
     * @param topic the topic, or a subscription's name with wildcards
     * @param reason why
     * @param count how many messages
     * @return a gap with that count
     */
    public static Gap of(String topic, Reason reason, long count) {
        return new Gap(topic, reason, OptionalLong.of(count));
    }

    @Override
    public String toString() {
        String known = count.isPresent() ? count.getAsLong() + " " : "";
        String messages = count.equals(OptionalLong.of(1)) ? "message" : "messages";
        return "gap in " + topic + ": " + known + messages + " may be missing, " + reason + " (README#gap)";
    }
}
