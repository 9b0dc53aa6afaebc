package io.broker4j.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Writes commands in Redis's protocol (RESP). Only Netty checks whether the buffer has room. */
final class Resp {
    private static final int CRLF = '\r' << 8 | '\n';
    private static final long TEN = 10;

    private Resp() {}

    /** Encodes words that are always the same, so that they can be written as bytes. */
    static byte[] words(String... words) {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Begins a command of this many words. */
    static void count(ByteBuf out, int words) {
        out.writeByte('*');
        writeDigits(out, words);
        out.writeShort(CRLF);
    }

    static void word(ByteBuf out, byte[] word) {
        length(out, word.length);
        out.writeBytes(word).writeShort(CRLF);
    }

    static void word(ByteBuf out, String ascii) {
        length(out, ascii.length());
        ByteBufUtil.writeAscii(out, ascii);
        out.writeShort(CRLF);
    }

    /** Writes one word that consists of two parts. */
    static void word(ByteBuf out, String start, String end) {
        length(out, start.length() + end.length());
        ByteBufUtil.writeAscii(out, start);
        ByteBufUtil.writeAscii(out, end);
        out.writeShort(CRLF);
    }

    /** Writes a number that is not negative. */
    static void word(ByteBuf out, long number) {
        int digits = 1;
        for (long rest = number; rest >= TEN; rest /= TEN) {
            digits++;
        }
        length(out, digits);
        writeDigits(out, number);
        out.writeShort(CRLF);
    }

    private static void length(ByteBuf out, int length) {
        out.writeByte('$');
        writeDigits(out, length);
        out.writeShort(CRLF);
    }

    private static void writeDigits(ByteBuf out, long number) {
        long divisor = 1;
        while (number / divisor >= TEN) {
            divisor *= TEN;
        }
        for (; divisor > 0; divisor /= TEN) {
            out.writeByte('0' + (int) (number / divisor % TEN));
        }
    }
}
