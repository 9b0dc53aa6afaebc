package io.broker4j.spi;

import io.broker4j.Position;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Version 1 of the live frame. All numbers big-endian:
 *
 * <pre>
 * 4 magic B4 'b' '4' 'j'   1 version   1 flags   8 publisher   8 sequence   8 published at, ms
 * with flag HEADERS: 1 count, then for each 1 length, name, 2 length, value
 * rest: payload
 *
 * 4 magic   1 version   1 flags = HINT   8 high and 8 low number of a position   4 store
 * </pre>
 *
 * <p>The first byte never begins valid UTF-8, so no text is mistaken for a frame.
 */
final class Wire {
    static final byte[] NOTHING = {};

    private static final int MAGIC = 0xB462346A;
    private static final byte VERSION = 1;
    private static final int FIXED = 4 + 1 + 1 + 8 + 8 + 8;
    private static final int FIRST = 1;
    private static final int HEADERS = 2;
    private static final int HINT = 4;
    private static final int HINT_BYTES = 8 + 8 + 4;

    private Wire() {}

    static boolean isFramed(byte[] wire) {
        return wire.length >= 4 && ByteBuffer.wrap(wire).getInt() == MAGIC;
    }

    static byte[] encode(Frame.Hint hint) {
        return ByteBuffer.allocate(4 + 1 + 1 + HINT_BYTES)
                .putInt(MAGIC)
                .put(VERSION)
                .put((byte) HINT)
                .putLong(hint.last().high())
                .putLong(hint.last().low())
                .putInt(hint.store())
                .array();
    }

    static byte[] encode(Frame.Live frame) {
        byte[] payload = frame.payloadBytes();
        Map<String, String> headers = frame.headers();
        int size = FIXED + payload.length + (headers.isEmpty() ? 0 : 1 + 3 * headers.size() + Limits.sizeOf(headers));
        ByteBuffer out = ByteBuffer.allocate(size)
                .putInt(MAGIC)
                .put(VERSION)
                .put((byte) ((frame.isFirst() ? FIRST : 0) | (headers.isEmpty() ? 0 : HEADERS)))
                .putLong(frame.publisherId())
                .putLong(frame.sequence())
                .putLong(frame.publishedAtMillis());
        if (!headers.isEmpty()) {
            out.put((byte) headers.size());
            headers.forEach((name, value) -> {
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                out.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
                out.putShort((short) bytes.length).put(bytes);
            });
        }
        return out.put(payload).array();
    }

    static Frame decode(byte[] wire) {
        try {
            return decode(ByteBuffer.wrap(wire).position(4));
        } catch (BufferUnderflowException | CharacterCodingException truncated) {
            return Frame.undecodable("the frame's header is truncated or malformed");
        }
    }

    private static Frame decode(ByteBuffer in) throws CharacterCodingException {
        byte version = in.get();
        int flags = in.get();
        if (version == VERSION && flags == HINT && in.remaining() == HINT_BYTES) {
            return new Frame.Hint(Position.of(in.getLong(), in.getLong()), in.getInt());
        }
        if (version != VERSION || (flags & ~(FIRST | HEADERS)) != 0) {
            return Frame.undecodable("frame version " + version + " with flags " + flags
                    + " is not known here, only version 1: upgrade this subscriber");
        }
        long publisher = in.getLong();
        long sequence = in.getLong();
        long publishedAt = in.getLong();
        Map<String, String> headers = (flags & HEADERS) == 0 ? Map.of() : headers(in);
        String defect = defect(sequence, headers, in.remaining());
        if (!defect.isEmpty()) {
            return Frame.undecodable(defect);
        }
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        return new Frame.Live(publisher, sequence, (flags & FIRST) != 0, publishedAt, headers, payload);
    }

    private static String defect(long sequence, Map<String, String> headers, int payloadBytes) {
        if (sequence < 1) {
            return "sequence " + sequence + ", must be positive";
        }
        String defect = Limits.headersDefect(headers);
        return defect.isEmpty() ? Limits.payloadDefect(payloadBytes) : defect;
    }

    private static Map<String, String> headers(ByteBuffer in) throws CharacterCodingException {
        int count = in.get() & 0xFF;
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            headers.put(text(in, in.get() & 0xFF), text(in, in.getShort() & 0xFFFF));
        }
        return Map.copyOf(headers);
    }

    private static String text(ByteBuffer in, int length) throws CharacterCodingException {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer slice = in.slice().limit(length);
        in.position(in.position() + length);
        return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    }
}
