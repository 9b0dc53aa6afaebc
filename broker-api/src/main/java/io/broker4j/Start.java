package io.broker4j;

import java.time.Instant;
import java.util.Objects;

/**
 * Where a subscription to a durable topic begins (L1). It is looked up once, before the subscribe future completes (S1).
 *
 * <p>For a group, the start applies only if the group does not exist yet. An existing group
 * continues at its own position.
 */
public sealed interface Start {

    /**
     * {@return a start with the first message published from now on; a live topic always starts
     * here}
     */
    static Start now() {
        return new Now();
    }

    /** {@return a start with the oldest message that the log still holds} */
    static Start earliest() {
        return new Earliest();
    }

    /**
     * Starts with the newest messages of the log and continues with new messages.
     *
     * @param messages how many, at least 0; if the log holds fewer, it starts with the oldest
     * @return such a start
     * @throws IllegalArgumentException if it is negative
     */
    static Start last(int messages) {
        return new Last(messages);
    }

    /**
     * Starts with the first message after a position. If the log no longer reaches back to the
     * position, the subscriber first receives a {@link Gap} and then the messages that the log
     * still holds (L2). The same applies to a position that this log has never assigned; if such a
     * position lies between two positions of the log, only the messages after it follow the gap.
     *
     * @param position of the last message that was handled
     * @return such a start
     */
    static Start after(Position position) {
        return new After(position);
    }

    /**
     * Starts with the first message that was published at a time or later. If the log does not
     * reach back to that time, it begins with the oldest message that the log holds, without a gap.
     *
     * @param time by the medium's clock if it has one, as Redis has, otherwise by the publishers'
     *     clocks. A future time counts as now
     * @return such a start
     */
    static Start at(Instant time) {
        return new At(time);
    }

    /** See {@link Start#now()}. */
    record Now() implements Start {}

    /** See {@link Start#earliest()}. */
    record Earliest() implements Start {}

    /**
     * See {@link Start#last}.
     *
     * @param messages how many, at least 0
     */
    record Last(int messages) implements Start {

        /**
         * Checks the number.
         *
         * @param messages how many, at least 0
         * @throws IllegalArgumentException if it is negative
         */
        public Last {
            if (messages < 0) {
                throw new IllegalArgumentException("Start.last(" + messages + "), must be at least 0");
            }
        }
    }

    /**
     * See {@link Start#at}.
     *
     * @param time of the first message
     */
    record At(Instant time) implements Start {

        /**
         * Rejects null.
         *
         * @param time of the first message
         */
        public At {
            Objects.requireNonNull(time, "time");
        }
    }

    /**
     * See {@link Start#after}.
     *
     * @param position of the last message that was handled
     */
    record After(Position position) implements Start {

        /**
         * Rejects null.
         *
         * @param position of the last message that was handled
         */
        public After {
            Objects.requireNonNull(position, "position");
        }
    }
}
