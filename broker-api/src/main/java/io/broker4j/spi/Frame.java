package io.broker4j.spi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What travels on a medium for one live message: its payload and, unless it is <em>bare</em>, who published it, its number
 * on its topic, its time and its headers. Immutable; arrays are handed over, not copied.
 *
 * <p>A frame that a transport moves within this JVM may hold a reference instead of bytes; see
 * {@link Transport#passesReferences}. Bytes from the medium are turned into a frame by {@link #parse}, which never throws:
 * what does not make sense becomes a frame that the engine reports as undecodable.
 */
public final class Frame {
    private static final byte[] NOTHING = {};

    private final long publisherId;
    private final long sequence;
    private final boolean first;
    private final long publishedAtMillis;
    private final Map<String, String> headers;
    private final Object payload;
    private final boolean reference;
    private final @Nullable String defect;

    Frame(
            long publisherId,
            long sequence,
            boolean first,
            long publishedAtMillis,
            Map<String, String> headers,
            Object payload,
            boolean reference) {
        this(publisherId, sequence, first, publishedAtMillis, headers, payload, reference, null);
    }

    private Frame(
            long publisherId,
            long sequence,
            boolean first,
            long publishedAtMillis,
            Map<String, String> headers,
            Object payload,
            boolean reference,
            @Nullable String defect) {
        this.publisherId = publisherId;
        this.sequence = sequence;
        this.first = first;
        this.publishedAtMillis = publishedAtMillis;
        this.headers = headers;
        this.payload = payload;
        this.reference = reference;
        this.defect = defect;
    }

    /**
     * A payload without anything else, as another program publishes it.
     *
     * @param payload handed over; more than 256 KiB are reported as undecodable
     * @return a frame without number and headers, dated now
     */
    public static Frame bare(byte[] payload) {
        return payload.length > Limits.MAX_PAYLOAD_BYTES
                ? broken(Limits.payloadDefect(payload.length))
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

    static Frame broken(String defect) {
        return new Frame(0, 0, false, System.currentTimeMillis(), Map.of(), NOTHING, false, defect);
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

    Object payload() {
        return payload;
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

    long publishedAtMillis() {
        return publishedAtMillis;
    }

    @Nullable
    String defect() {
        return defect;
    }

    boolean isBare() {
        return sequence == 0;
    }

    /** Bytes it counts for in a mailbox. */
    int size() {
        int size = reference ? 0 : payloadBytes().length;
        return headers.isEmpty() ? size : size + Headers.size(headers);
    }
}
