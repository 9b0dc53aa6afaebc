package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.broker4j.Position;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoomMessageTest {
    private static final String GOOD =
            "{\"t\":\"msg\",\"r\":\"a\",\"ts\":5,\"from\":{\"id\":\"0123456789abcdef\",\"name\":\"Ada\"},"
                    + "\"cid\":\"c1\",\"text\":\"hi\"}";

    @Test
    void whatAServerOfThisChatWritesPasses() throws Exception {
        assertThat(RoomMessage.parse(bytes(GOOD), "a")).isEqualTo(new RoomMessage("0123456789abcdef", "c1"));
        RoomMessage.parse(bytes(GOOD.replace("\"cid\"", "\"later\":[1],\"cid\"")), "a");
        Identity widest = new Identity("0123456789abcdef", "\uD83D\uDE00".repeat(64));
        RoomMessage.parse(
                ServerFrames.msg("\uD83D\uDE00".repeat(128), 1, widest, "c".repeat(64), "\u0001".repeat(2_000)),
                "\uD83D\uDE00".repeat(128));
    }

    @Test
    void theLogGivesAMessageItsPlaceAndChangesNothingElse() {
        assertThat(Line.of(Position.of(7, 1), bytes(GOOD)))
                .hasToString(GOOD.replace("{\"t\":\"msg\",", "{\"t\":\"msg\",\"p\":\"7-1\","));
    }

    static List<byte[]> foreign() {
        return List.of(
                bytes(""),
                bytes("hello from redis-cli"),
                bytes("{\"t\":\"msg\""),
                bytes(" " + GOOD),
                bytes(GOOD + "x"),
                bytes(GOOD + GOOD),
                bytes(GOOD.replace("msg", "bye")),
                bytes(GOOD.replace("\"r\":\"a\"", "\"r\":\"b\"")),
                bytes(GOOD.replace("\"r\":\"a\"", "\"p\":\"9-0\",\"r\":\"a\"")),
                bytes(GOOD.replace("\"ts\":5", "\"ts\":\"5\"")),
                bytes(GOOD.replace("\"ts\":5,", "")),
                bytes(GOOD.replace("0123456789abcdef", "0123456789ABCDEF")),
                bytes(GOOD.replace("Ada", "A\\nda")),
                bytes(GOOD.replace("Ada", "x".repeat(65))),
                bytes(GOOD.replace("Ada", "Cafe\u0301")),
                bytes(GOOD.replace("c1", "c 1")),
                bytes(GOOD.replace("\"hi\"", "\"\"")),
                bytes(GOOD.replace("\"hi\"", "[\"hi\"]")),
                bytes(GOOD.replace("hi", "x".repeat(2_001))),
                bytes(GOOD.replace("\"cid\"", "\"text\":\"x\",\"cid\"")),
                bytes(GOOD.replace("\"cid\"", "\"later\":\"" + "x".repeat(32_768) + "\",\"cid\"")),
                GOOD.replace("hi", "\u00FF").getBytes(StandardCharsets.ISO_8859_1),
                GOOD.replace("hi", "\u00ED\u00A0\u0080").getBytes(StandardCharsets.ISO_8859_1),
                GOOD.replace("hi", "\u00C0\u00AF").getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void anythingElseIsRefused(byte[] message) {
        assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> RoomMessage.parse(message, "a"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
