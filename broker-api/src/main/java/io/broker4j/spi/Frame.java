package io.broker4j.spi;

import io.broker4j.Position;
import java.util.Map;

/**
 * One unit that a medium carries: a live or durable message, or a hint that a log has grown.
 * Immutable; arrays and maps are handed over, not copied.
 *
 * <p>A transport sends {@link #toBytes} or, for programs that do not know this library,
 * {@link #payloadBytes}; it gives the bytes that it receives to {@link #parse}. A {@link Log}
 * stores id, time, headers and payload, and returns {@link #logged}. The factory methods never
 * throw: invalid data becomes {@link Undecodable}, which the engine reports.
 */
public sealed interface Frame {

    /** {@return the identity that the publisher's receipt shows too; empty if there is none} */
    String id();

    /** {@return when it was published, by the publisher's clock, in milliseconds since the epoch} */
    long publishedAtMillis();

    /** {@return the headers, unmodifiable} */
    Map<String, String> headers();

    /** {@return the payload alone, not a copy} */
    byte[] payloadBytes();

    /** {@return the whole frame as bytes for the medium} */
    byte[] toBytes();

    /** {@return the bytes that count towards the bounds: payload and headers} */
    default int size() {
        return payloadBytes().length + Limits.sizeOf(headers());
    }

    /** A live message with a number on its topic. */
    sealed interface Numbered extends Frame {
        /** {@return which broker has published it} */
        long publisherId();

        /** {@return its number among the messages of its publisher on its topic, from 1} */
        long sequence();

        /** {@return whether the publisher remembers no earlier number on this topic} */
        boolean isFirst();

        @Override
        default String id() {
            return id(publisherId(), sequence());
        }

        /**
         * {@return the identity of a message}
         *
         * @param publisherId which broker has published it
         * @param sequence its number
         */
        static String id(long publisherId, long sequence) {
            return Long.toHexString(publisherId) + "-" + sequence;
        }
    }

    /**
     * A message as the engine publishes it.
     *
     * @param publisherId which broker has published it
     * @param sequence its number on its topic, from 1
     * @param isFirst whether the publisher remembers no earlier number on this topic
     * @param publishedAtMillis since the epoch
     * @param headers within the limits (P6)
     * @param payloadBytes within the limits (P6)
     */
    record Live(
            long publisherId,
            long sequence,
            boolean isFirst,
            long publishedAtMillis,
            Map<String, String> headers,
            byte[] payloadBytes)
            implements Numbered {
        @Override
        public byte[] toBytes() {
            return Wire.encode(this);
        }
    }

    /**
     * A message that holds the payload itself and cannot leave this JVM; see {@link Transport#passesReferences}.
     *
     * @param publisherId which broker has published it
     * @param sequence its number on its topic, from 1
     * @param isFirst whether the publisher remembers no earlier number on this topic
     * @param publishedAtMillis since the epoch
     * @param headers within the limits (P6)
     * @param payload what the user published
     */
    record Reference(
            long publisherId,
            long sequence,
            boolean isFirst,
            long publishedAtMillis,
            Map<String, String> headers,
            Object payload)
            implements Numbered {
        @Override
        public byte[] payloadBytes() {
            throw new UnsupportedOperationException("this frame cannot leave its JVM");
        }

        @Override
        public byte[] toBytes() {
            return payloadBytes();
        }

        @Override
        public int size() {
            return Limits.sizeOf(headers);
        }
    }

    /**
     * A payload without anything else, as another program publishes it; made by {@link #bare}.
     *
     * @param publishedAtMillis when it was received
     * @param payloadBytes within the limits (P6)
     */
    record Bare(long publishedAtMillis, byte[] payloadBytes) implements Frame {
        @Override
        public String id() {
            return "";
        }

        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public byte[] toBytes() {
            return payloadBytes;
        }
    }

    /**
     * A durable message as a log gives it back; made by {@link #logged}.
     *
     * @param id as it was appended; if it is empty, the message is known by its position
     * @param publishedAtMillis since the epoch
     * @param headers within the limits (P6)
     * @param payloadBytes within the limits (P6)
     */
    record Logged(String id, long publishedAtMillis, Map<String, String> headers, byte[] payloadBytes)
            implements Frame {
        @Override
        public byte[] toBytes() {
            return payloadBytes;
        }
    }

    /**
     * Invalid data from the medium.
     *
     * @param defect what is wrong with the data, one line for people
     * @param publishedAtMillis when it was received
     * @param payloadBytes the valid part of the data; a group copies it to its dead letter
     */
    record Undecodable(String defect, long publishedAtMillis, byte[] payloadBytes) implements Frame {
        @Override
        public String id() {
            return "";
        }

        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public byte[] toBytes() {
            return payloadBytes;
        }
    }

    /**
     * Says that a log has grown. A hint travels on the channel of live messages; live subscriptions
     * do not deliver it.
     *
     * @param last the newest position that the sender knows; a position before all others if it
     *     knows none; {@link Position#ORIGIN} if a group's member has given entries back to the
     *     other members
     * @param store which store of logs the hint is for, on a medium where several stores, such as
     *     databases, share their channels. A transport hands over only hints for its own store
     */
    record Hint(Position last, int store) implements Frame {
        /**
         * Creates a hint for a medium with one store of logs.
         *
         * @param last as above
         */
        public Hint(Position last) {
            this(last, 0);
        }

        @Override
        public String id() {
            return "";
        }

        @Override
        public long publishedAtMillis() {
            return 0;
        }

        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public byte[] payloadBytes() {
            return Wire.NOTHING;
        }

        @Override
        public byte[] toBytes() {
            return Wire.encode(this);
        }
    }

    /**
     * {@return the frame in bytes from the medium: bytes of {@link #toBytes}, or a bare payload}
     *
     * @param wire handed over
     */
    static Frame parse(byte[] wire) {
        return Wire.isFramed(wire) ? Wire.decode(wire) : bare(wire);
    }

    /**
     * {@return a frame for a payload without anything else, dated now}
     *
     * @param payload handed over
     */
    static Frame bare(byte[] payload) {
        String defect = Limits.payloadDefect(payload.length);
        return defect.isEmpty() ? new Bare(System.currentTimeMillis(), payload) : undecodable(defect);
    }

    /**
     * {@return a frame for a message as a log kept it, written by this library or by another program}
     *
     * @param id as {@link #id} gave it, or empty
     * @param publishedAtMillis by the publisher's clock, since the epoch
     * @param headers handed over
     * @param payload handed over
     */
    static Frame logged(String id, long publishedAtMillis, Map<String, String> headers, byte[] payload) {
        String tooLarge = Limits.payloadDefect(payload.length);
        String defect = tooLarge.isEmpty() ? Limits.headersDefect(headers) : tooLarge;
        return defect.isEmpty() ? new Logged(id, publishedAtMillis, headers, payload) : undecodable(defect, payload);
    }

    /**
     * {@return a frame for data that has no valid part}
     *
     * @param defect what is wrong with it, one line for people
     */
    static Frame undecodable(String defect) {
        return undecodable(defect, Wire.NOTHING);
    }

    /**
     * {@return a frame for data whose only valid part is the payload}
     *
     * @param defect what is wrong with the data, one line for people
     * @param payload handed over; a payload larger than the limit is not kept. A dead letter is
     *     then empty, and its header {@code dead-position} says where the payload is in its log, as
     *     long as that log keeps it
     */
    static Frame undecodable(String defect, byte[] payload) {
        byte[] kept = payload.length > Limits.MAX_PAYLOAD_BYTES ? Wire.NOTHING : payload;
        return new Undecodable(defect, System.currentTimeMillis(), kept);
    }
}
