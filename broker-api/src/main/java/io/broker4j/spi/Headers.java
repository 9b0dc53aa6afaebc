package io.broker4j.spi;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The bounds of P6 on headers. */
final class Headers {
    private static final int MAX_COUNT = 32;
    private static final int MAX_VALUE_BYTES = 1024;
    private static final int MAX_TOTAL_BYTES = 8 * 1024;
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    private Headers() {}

    static void rejectNulls(Map<String, String> headers) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            Objects.requireNonNull(header.getKey(), "name of a header");
            Objects.requireNonNull(header.getValue(), () -> "value of header '" + header.getKey() + "'");
        }
    }

    /** The reason why headers without nulls are not allowed, or null. */
    static @Nullable String defect(Map<String, String> headers) {
        if (headers.size() > MAX_COUNT) {
            return headers.size() + " headers, at most " + MAX_COUNT + " are allowed";
        }
        int total = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!NAME.matcher(header.getKey()).matches()) {
                return "header name '" + header.getKey() + "', must match " + NAME;
            }
            int length = utf8Length(header.getValue());
            if (length < 0 || length > MAX_VALUE_BYTES) {
                return "value of header '" + header.getKey() + "' "
                        + (length < 0 ? "is not valid Unicode" : "has " + length + " bytes, at most " + MAX_VALUE_BYTES)
                        + (length < 0 ? "" : " are allowed");
            }
            total += header.getKey().length() + length;
        }
        return total > MAX_TOTAL_BYTES
                ? "headers of " + total + " bytes, at most " + MAX_TOTAL_BYTES + " are allowed"
                : null;
    }

    static int size(Map<String, String> headers) {
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
