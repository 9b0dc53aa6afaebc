package io.broker4j;

import java.time.Instant;
import java.util.Objects;

/**
 * Where a subscription to a durable topic begins (L1). It is looked up once, before the subscribe future completes (S1).
 *
 * <p>With a group it says where a group that does not exist yet begins; one that exists goes on where it is.
 */
public sealed interface Start {

    /** {@return with the first message published from now on; also what a live topic does} */
    static Start now() {
        return new Now();
    }

    /** {@return with the oldest message that the log still holds} */
    static Start earliest() {
        return new Earliest();
    }

    /**
     * With the newest messages that are in the log already, and then those to come.
     *
     * @param messages how many, at least 0; all there are if they are fewer
     * @return such a start
     * @throws IllegalArgumentException if it is negative
     */
    static Start last(int messages) {
        return new Last(messages);
    }

    /**
     * With the first message after a position. If the log does not reach back to it any more, the first thing that the
     * subscriber hears is a {@link Gap}, and then what the log still holds (L2). The same goes for a position that this log
     * has never given; if it lies between two that it has, only what comes after it follows.
     *
     * @param position of the last message that was handled
     * @return such a start
     */
    static Start after(Position position) {
        return new After(position);
    }

    /**
     * With the first message that was published at a time or later. If the log does not reach back to that time, it
     * begins with the oldest message that the log holds, without a gap.
     *
     * @param time by the medium's clock if it has one, as Redis has, otherwise by the publishers' clocks. A time to come
     *     counts as now
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
         * Checks that there is one.
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
         * Checks that there is one.
         *
         * @param position of the last message that was handled
         */
        public After {
            Objects.requireNonNull(position, "position");
        }
    }
}
