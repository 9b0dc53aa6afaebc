package io.broker4j.spi;

import io.broker4j.Position;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The unit that a medium carries for one live message: its payload and, unless the frame is <em>bare</em>, its
 * publisher, its number on its topic, its time and its headers. Also the unit that a {@link Log} keeps for one durable
 * message, and the hint that the log has grown. Immutable; arrays are handed over, not copied.
 *
 * <p>A frame that a transport moves within this JVM may hold a reference instead of bytes; see
 * {@link Transport#passesReferences}. {@link #parse} turns bytes from the medium into a frame and never throws:
 * malformed bytes become a frame that the engine reports as undecodable.
 */
public final class Frame {
    private static final byte[] NOTHING = {};

    /** The position up to which a log has grown, and the medium's store that has the log. */
    record Hint(Position last, int store) {}

    private final long publisherId;
    private final long sequence;
    private final boolean first;
    private final long publishedAtMillis;
    private final Map<String, String> headers;
    private final Object payload;
    private final boolean reference;
    private final @Nullable String defect;
    private final @Nullable String loggedId;

    Frame(
            long publisherId,
            long sequence,
            boolean first,
            long publishedAtMillis,
            Map<String, String> headers,
            Object payload,
            boolean reference) {
        this(publisherId, sequence, first, publishedAtMillis, headers, payload, reference, null, null);
    }

    private Frame(
            long publisherId,
            long sequence,
            boolean first,
            long publishedAtMillis,
            Map<String, String> headers,
            Object payload,
            boolean reference,
            @Nullable String defect,
            @Nullable String loggedId) {
        this.publisherId = publisherId;
        this.sequence = sequence;
        this.first = first;
        this.publishedAtMillis = publishedAtMillis;
        this.headers = headers;
        this.payload = payload;
        this.reference = reference;
        this.defect = defect;
        this.loggedId = loggedId;
    }

    /**
     * A payload without anything else, as another program publishes it.
     *
     * @param payload handed over; more than 256 KiB are reported as undecodable
     * @return a frame without number and headers, dated now
     */
    public static Frame bare(byte[] payload) {
        return payload.length > Limits.MAX_PAYLOAD_BYTES
                ? undecodable(Limits.payloadDefect(payload.length))
                : new Frame(0, 0, false, System.currentTimeMillis(), Map.of(), payload, false);
    }

    /**
     * Parses bytes from the medium: a live frame if they begin with its magic, otherwise a bare payload.
     *
     * @param wire handed over
     * @return the frame; a malformed one is reported as undecodable
     */
    public static Frame parse(byte[] wire) {
        return Wire.isFramed(wire) ? Wire.decode(wire) : bare(wire);
    }

    /**
     * A durable message as a log kept it, written by this library or by another program.
     *
     * @param id as {@link #id} gave it; if it is empty, the message is known by its position
     * @param publishedAtMillis by the publisher's clock, since the epoch
     * @param headers handed over
     * @param payload handed over
     * @return the frame; one that exceeds the limits (P6) is reported as {@link #undecodable(String, byte[]) undecodable}
     */
    public static Frame logged(String id, long publishedAtMillis, Map<String, String> headers, byte[] payload) {
        String defect = payload.length > Limits.MAX_PAYLOAD_BYTES
                ? Limits.payloadDefect(payload.length)
                : Headers.defect(headers);
        return defect != null
                ? undecodable(defect, payload)
                : new Frame(0, 0, false, publishedAtMillis, headers, payload, false, null, id);
    }

    /**
     * Stands for data of the medium that is not a valid frame.
     *
     * @param defect what is wrong with the data, one line for people
     * @return a frame that is reported as undecodable
     */
    public static Frame undecodable(String defect) {
        return undecodable(defect, NOTHING);
    }

    /**
     * Stands for data of the medium of which only the payload is valid; a group hands the payload on to its dead
     * letters.
     *
     * @param defect what is wrong with the data, one line for people
     * @param payload handed over; more than 256 KiB are not kept: the dead letter is then empty, and its header {@code
     *     dead-position} says where the log has the payload as long as the log keeps it
     * @return a frame that is reported as undecodable
     */
    public static Frame undecodable(String defect, byte[] payload) {
        byte[] kept = payload.length > Limits.MAX_PAYLOAD_BYTES ? NOTHING : payload;
        return new Frame(0, 0, false, System.currentTimeMillis(), Map.of(), kept, false, defect, null);
    }

    /**
     * The hint that a log has grown, for the subscriptions of its topic. Live subscriptions do not deliver it.
     *
     * @param last the newest position that the sender knows; a position before all others if it knows none; {@link
     *     Position#ORIGIN} to say that a group's member has left entries to the others
     * @return a frame for the channel of live messages
     */
    public static Frame hint(Position last) {
        return hint(last, 0);
    }

    /**
     * As {@link #hint(Position)}, for a medium with several stores of logs, such as databases, that share their
     * channels. A transport does not hand over a hint that {@linkplain #isHintOfOther belongs to another store}.
     *
     * @param last as in {@link #hint(Position)}
     * @param store the store that has the log
     * @return a frame for the channel of live messages
     */
    public static Frame hint(Position last, int store) {
        return new Frame(0, 0, false, 0, Map.of(), new Hint(last, store), false);
    }

    /** The same message with other headers, which also replace headers that made the frame undecodable. */
    Frame withHeaders(Map<String, String> others) {
        return new Frame(publisherId, sequence, first, publishedAtMillis, others, payload, reference, null, loggedId);
    }

    /** {@return the whole frame as bytes for the medium; only if the payload is bytes} */
    public byte[] toBytes() {
        return Wire.encode(this);
    }

    /**
     * {@return the payload alone, as the medium carries it for other programs; only if the payload is bytes; not a
     * copy}
     */
    public byte[] payloadBytes() {
        return (byte[]) payload;
    }

    /** {@return the headers, unmodifiable; empty for a bare payload} */
    public Map<String, String> headers() {
        return headers;
    }

    /** {@return the message's identity, which the publisher's receipt shows too; empty if there is none} */
    public String id() {
        if (loggedId != null) {
            return loggedId;
        }
        return isBare() ? "" : LiveReceipt.messageId(publisherId, sequence);
    }

    /** Distinguishes this message from others: its id or, without an id, a digest of its payload. */
    String mark() {
        String id = id();
        return id.isEmpty() ? Integer.toHexString(Arrays.hashCode(payloadBytes())) : id;
    }

    /** {@return when it was published, by the publisher's clock, in milliseconds since the epoch} */
    public long publishedAtMillis() {
        return publishedAtMillis;
    }

    Object payload() {
        return payload;
    }

    /** The content of a hint; null for all other frames. */
    @Nullable
    Hint hint() {
        return !reference && payload instanceof Hint hint ? hint : null;
    }

    /** The position up to which a log has grown; null for all frames but hints. */
    @Nullable
    Position hinted() {
        Hint hint = hint();
        return hint == null ? null : hint.last;
    }

    /**
     * Recognises hints of other stores, which say nothing about the logs of this store.
     *
     * @param store the store of this transport
     * @return true for a hint of another store, false for all other frames
     */
    public boolean isHintOfOther(int store) {
        Hint hint = hint();
        return hint != null && hint.store != store;
    }

    /** {@return whether the payload is the object itself, not its encoding: such a frame cannot leave this JVM} */
    public boolean isReference() {
        return reference;
    }

    long publisherId() {
        return publisherId;
    }

    /** The message's number on its topic, from 1; 0 for a bare payload. */
    long sequence() {
        return sequence;
    }

    /** Whether the publisher remembers no earlier number on this topic. */
    boolean first() {
        return first;
    }

    @Nullable
    String defect() {
        return defect;
    }

    boolean isBare() {
        return sequence == 0;
    }

    /** {@return the bytes that this frame counts for: payload and headers; for a reference only the headers} */
    public int size() {
        int size = reference || hinted() != null ? 0 : payloadBytes().length;
        return headers.isEmpty() ? size : size + Headers.size(headers);
    }
}
