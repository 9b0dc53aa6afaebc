package io.broker4j.redis;

import io.broker4j.Position;
import io.broker4j.spi.Frame;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one stream entry (fact 14a): {@code d} the payload, {@code t} when it was published
 * in milliseconds, {@code i} the message's id, {@code h} the headers, encoded like a web form,
 * {@code a=b&c=d}, which every language can read and write. An entry of another program may have
 * other fields too, and none of these but {@code d}.
 */
final class EntryFields {
    static final byte[] PAYLOAD = Resp.words("d");
    static final byte[] TIME = Resp.words("t");
    static final byte[] ID = Resp.words("i");
    static final byte[] HEADERS = Resp.words("h");

    private static final byte UNKNOWN = 0;

    private boolean named;
    private byte name;
    private int bytes;
    private byte @Nullable [] payload;
    private String id = "";
    private long time;
    private boolean timed;
    private Map<String, String> headers = Map.of();
    private @Nullable String defect;

    /** The headers of a frame as one field; empty if there are none. */
    static String text(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        headers.forEach((header, value) -> text.append(text.length() == 0 ? "" : "&")
                .append(header)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }

    /** All fields of a frame; names and values alternate. */
    static List<byte[]> of(Frame frame) {
        List<byte[]> words = new ArrayList<>();
        words.add(bytes("d"));
        words.add(frame.payloadBytes());
        words.add(bytes("t"));
        words.add(bytes(Long.toString(frame.publishedAtMillis())));
        if (!frame.id().isEmpty()) {
            words.add(bytes("i"));
            words.add(bytes(frame.id()));
        }
        if (!frame.headers().isEmpty()) {
            words.add(bytes("h"));
            words.add(bytes(text(frame.headers())));
        }
        return words;
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes the next word; names and values alternate. */
    void add(ByteBuffer word) {
        bytes += word.remaining();
        if (!named) {
            name = word.remaining() == 1 ? word.get(word.position()) : UNKNOWN;
        } else {
            value(word);
        }
        named = !named;
    }

    private void value(ByteBuffer word) {
        switch (name) {
            case 'd' -> payload = copy(word);
            case 't' -> readTime(text(word));
            case 'i' -> id = text(word);
            case 'h' -> readHeaders(text(word));
            default -> {
                // A field of another program.
            }
        }
    }

    private void readTime(String millis) {
        try {
            time = Long.parseLong(millis);
            timed = true;
        } catch (NumberFormatException malformed) {
            defect = "field t is '" + millis + "', must be milliseconds since the epoch";
        }
    }

    private void readHeaders(String form) {
        headers = new HashMap<>();
        try {
            for (String header : form.split("&")) {
                int equals = header.indexOf('=');
                headers.put(
                        header.substring(0, Math.max(0, equals)),
                        URLDecoder.decode(header.substring(equals + 1), StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException malformed) {
            defect = "field h must be headers as in a=b&c=d, with percent-encoded values: " + malformed.getMessage();
        }
    }

    private static byte[] copy(ByteBuffer word) {
        byte[] copy = new byte[word.remaining()];
        word.get(copy);
        return copy;
    }

    private static String text(ByteBuffer word) {
        return new String(copy(word), StandardCharsets.UTF_8);
    }

    /** Bytes of names and values so far. */
    int bytes() {
        return bytes;
    }

    /**
     * Returns the frame of these fields, and starts again with no fields. An entry without a time
     * gets the time of its id.
     */
    Frame take(Position position) {
        Frame frame;
        if (payload == null) {
            frame = Frame.undecodable("the entry has no field d, which holds the payload");
        } else if (defect != null) {
            frame = Frame.undecodable(defect, payload);
        } else {
            frame = Frame.logged(id, timed ? time : position.high(), headers, payload);
        }
        named = false;
        bytes = 0;
        payload = null;
        id = "";
        timed = false;
        headers = Map.of();
        defect = null;
        return frame;
    }
}
