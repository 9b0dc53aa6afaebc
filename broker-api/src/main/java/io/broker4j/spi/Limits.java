package io.broker4j.spi;

import java.util.Map;
import java.util.regex.Pattern;

/** The bounds on one message (P6). The engine publishes no message that exceeds them. */
public final class Limits {
    /** 256 KiB. */
    public static final int MAX_PAYLOAD_BYTES = 256 * 1024;

    /** Names and values of all headers of one message together: 8 KiB. */
    public static final int MAX_HEADERS_BYTES = 8 * 1024;

    private static final int MAX_HEADERS = 32;
    private static final int MAX_VALUE_BYTES = 1024;
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    private Limits() {}

    /**
     * {@return why a payload is too large, one line for people; empty if it is not}
     *
     * @param bytes its size
     */
    public static String payloadDefect(int bytes) {
        return bytes <= MAX_PAYLOAD_BYTES
                ? ""
                : "payload of " + bytes + " bytes, at most " + MAX_PAYLOAD_BYTES
                        + " are allowed: publish a reference to large data instead (README#limits)";
    }

    /**
     * {@return why headers are not allowed, one line for people; empty if they are}
     *
     * @param headers without null
     */
    public static String headersDefect(Map<String, String> headers) {
        if (headers.size() > MAX_HEADERS) {
            return headers.size() + " headers, at most " + MAX_HEADERS + " are allowed";
        }
        int total = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!NAME.matcher(header.getKey()).matches()) {
                return "header name '" + header.getKey() + "', must match " + NAME;
            }
            int length = utf8Length(header.getValue());
            if (length < 0) {
                return "value of header '" + header.getKey() + "' is not valid Unicode";
            }
            if (length > MAX_VALUE_BYTES) {
                return "value of header '" + header.getKey() + "' has " + length + " bytes, at most " + MAX_VALUE_BYTES
                        + " are allowed";
            }
            total += header.getKey().length() + length;
        }
        return total > MAX_HEADERS_BYTES
                ? "headers of " + total + " bytes, at most " + MAX_HEADERS_BYTES + " are allowed"
                : "";
    }

    /**
     * {@return the bytes of all names and values in UTF-8}
     *
     * @param headers without null
     */
    public static int sizeOf(Map<String, String> headers) {
        int size = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            size += header.getKey().length() + Math.max(0, utf8Length(header.getValue()));
        }
        return size;
    }

    /** Length in UTF-8, or -1 if there is an unpaired surrogate. */
    private static int utf8Length(String value) {
        int length = 0;
        while (length < value.length() && value.charAt(length) < 0x80) {
            length++; // most values are ASCII throughout
        }
        for (int i = length; i < value.length(); i++) {
            char unit = value.charAt(i);
            if (!Character.isSurrogate(unit)) {
                length += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
            } else if (i + 1 < value.length() && Character.isSurrogatePair(unit, value.charAt(i + 1))) {
                length += 4;
                i++;
            } else {
                return -1;
            }
        }
        return length;
    }
}
