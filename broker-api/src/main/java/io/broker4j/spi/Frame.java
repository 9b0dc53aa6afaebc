package io.broker4j.spi;

import io.broker4j.Position;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What travels on a medium for one live message: its payload and, unless it is <em>bare</em>, who published it, its number
 * on its topic, its time and its headers. Also what a {@link Log} keeps for one durable message, and the hint that it has done
 * so. Immutable; arrays are handed over, not copied.
 *
 * <p>A frame that a transport moves within this JVM may hold a reference instead of bytes; see
 * {@link Transport#passesReferences}. Bytes from the medium are turned into a frame by {@link #parse}, which never throws:
 * what does not make sense becomes a frame that the engine reports as undecodable.
 */
public final class Frame {
    private static final byte[] NOTHING = {};

    /** Up to where the log has grown, and in which of a medium's stores. */
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
     * The frame in some bytes from the medium: a live frame if they begin with its magic, otherwise a bare payload.
     *
     * @param wire handed over
     * @return the frame; one that is malformed is reported as undecodable
     */
    public static Frame parse(byte[] wire) {
        return Wire.isFramed(wire) ? Wire.decode(wire) : bare(wire);
    }

    /**
     * What a log kept for one durable message, of this library or of another program.
     *
     * @param id as {@link #id} gave it; empty if there is none: the message is then known by its position
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
     * In place of a frame, for what the medium holds and makes no sense.
     *
     * @param defect what is wrong with it, one line for people
     * @return a frame that is reported as undecodable
     */
    public static Frame undecodable(String defect) {
        return undecodable(defect, NOTHING);
    }

    /**
     * In place of a frame, for what the medium holds and makes no sense but for its payload, which a group hands on to the
     * dead letters.
     *
     * @param defect what is wrong with it, one line for people
     * @param payload handed over; more than 256 KiB are not kept: the dead letter is empty then, and its header
     *     {@code dead-position} says where the log has the payload for as long as it keeps it
     * @return a frame that is reported as undecodable
     */
    public static Frame undecodable(String defect, byte[] payload) {
        byte[] kept = payload.length > Limits.MAX_PAYLOAD_BYTES ? NOTHING : payload;
        return new Frame(0, 0, false, System.currentTimeMillis(), Map.of(), kept, false, defect, null);
    }

    /**
     * The hint that a log has grown: to be handed to the subscriptions of its topic. Live subscriptions do not deliver it.
     *
     * @param last the newest position that the sender knows of; one before all others if it knows none;
     *     {@link Position#ORIGIN} to say that a group's member has left something to others
     * @return a frame for the channel of live messages
     */
    public static Frame hint(Position last) {
        return hint(last, 0);
    }

    /**
     * As {@link #hint(Position)}, on a medium with several stores of logs, such as databases, whose channels are the same: a
     * transport hands over no hint that {@linkplain #isHintOfOther is of another store}.
     *
     * @param last as there
     * @param store in which the log is that has grown
     * @return a frame for the channel of live messages
     */
    public static Frame hint(Position last, int store) {
        return new Frame(0, 0, false, 0, Map.of(), new Hint(last, store), false);
    }

    /** The same message with other headers, in place of what made it undecodable too. */
    Frame withHeaders(Map<String, String> others) {
        return new Frame(publisherId, sequence, first, publishedAtMillis, others, payload, reference, null, loggedId);
    }

    /** {@return the whole frame as bytes for the medium; only if the payload is bytes} */
    public byte[] toBytes() {
        return Wire.encode(this);
    }

    /**
     * {@return the payload alone, as a medium for other programs carries it; only if the payload is bytes; not a copy}
     */
    public byte[] payloadBytes() {
        return (byte[]) payload;
    }

    /** {@return the headers, unmodifiable; empty for a bare payload} */
    public Map<String, String> headers() {
        return headers;
    }

    /** {@return the identity of the message, which the publisher's receipt shows too; empty if it has none} */
    public String id() {
        if (loggedId != null) {
            return loggedId;
        }
        return isBare() ? "" : LiveReceipt.messageId(publisherId, sequence);
    }

    /** What tells it from another message: its id or, without one, a digest of its payload. */
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

    /** What a hint says, or null for all other frames. */
    @Nullable
    Hint hint() {
        return !reference && payload instanceof Hint hint ? hint : null;
    }

    /** Up to where a log has grown, or null for all other frames. */
    @Nullable
    Position hinted() {
        Hint hint = hint();
        return hint == null ? null : hint.last;
    }

    /**
     * Tells the hints of another store, which say nothing of the logs of this one, from all other frames.
     *
     * @param store that of this transport
     * @return whether it is a hint, and of another store
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

    /** Number on its topic, from 1; 0 for a bare payload. */
    long sequence() {
        return sequence;
    }

    /** Whether its publisher remembers no earlier number on this topic. */
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

    /** {@return the bytes it counts for: payload and headers; of a reference the headers only} */
    public int size() {
        int size = reference || hinted() != null ? 0 : payloadBytes().length;
        return headers.isEmpty() ? size : size + Headers.size(headers);
    }
}
