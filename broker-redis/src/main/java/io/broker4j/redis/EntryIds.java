package io.broker4j.redis;

import io.broker4j.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Parses ids of stream entries from the server: two unsigned 64-bit numbers, like those of a
 * position.
 */
final class EntryIds {
    private EntryIds() {}

    /** @throws IllegalArgumentException if the text is not an id */
    static Position parse(@Nullable ByteBuffer id) {
        long high = 0;
        long number = 0;
        int digits = 0;
        boolean dashed = false;
        for (int i = id == null ? 0 : id.position(); id != null && i < id.limit(); i++) {
            byte next = id.get(i);
            if (next >= '0' && next <= '9') {
                number = number * 10 + next - '0';
                digits++;
            } else if (next == '-' && digits > 0 && !dashed) {
                high = number;
                number = 0;
                digits = 0;
                dashed = true;
            } else {
                digits = 0;
                break;
            }
        }
        if (!dashed || digits == 0) {
            String found = id == null
                    ? "nothing"
                    : StandardCharsets.ISO_8859_1.decode(id).toString();
            throw new IllegalArgumentException("'" + found + "' is no id of a stream entry");
        }
        return Position.of(high, number);
    }

    static Position parse(byte[] id) {
        return parse(ByteBuffer.wrap(id));
    }
}
