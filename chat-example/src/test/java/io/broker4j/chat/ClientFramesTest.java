package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.broker4j.Position;
import io.broker4j.chat.ClientFrame.Hello;
import io.broker4j.chat.ClientFrame.Join;
import io.broker4j.chat.ClientFrame.More;
import io.broker4j.chat.ClientFrame.Send;
import io.broker4j.chat.ClientFrame.Unknown;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFramesTest {

    @Test
    void fieldsMayComeInAnyOrderAndUnknownOnesAreIgnored() throws Exception {
        assertThat(ClientFrames.parse(
                        "{\"rooms\":[{\"after\":\"7-0\",\"x\":[1],\"r\":\"a\"}],\"name\":\"Ada\",\"new\":null,\"v\":1,"
                                + "\"t\":\"hello\"}"))
                .isEqualTo(new Hello(
                        1, "Ada", Optional.empty(), List.of(new Join("a", Optional.of(Position.parse("7-0"))))));
        assertThat(ClientFrames.parse(" {\"t\":\"join\",\"r\":\"__proto__\"} "))
                .isEqualTo(new Join("__proto__", Optional.empty()));
        assertThat(ClientFrames.parse("{\"t\":\"more\",\"r\":\"a\",\"before\":\"7-1\",\"limit\":50}"))
                .isEqualTo(new More("a", Optional.of(Position.parse("7-1")), 50));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "-", "7-", "-7", "7-0-0", "x-0", "99999999999999999999-0", "7-0 "})
    void whatIsNoPositionIsNoError(String text) throws Exception {
        String quoted = ChatClient.quoted(text);
        assertThat(ClientFrames.parse("{\"t\":\"join\",\"r\":\"a\",\"after\":" + quoted + "}"))
                .isEqualTo(new Join("a", Optional.empty()));
        assertThat(ClientFrames.parse("{\"t\":\"more\",\"r\":\"a\",\"limit\":1,\"before\":" + quoted + "}"))
                .isEqualTo(new More("a", Optional.empty(), 1));
    }

    @Test
    void textKeepsEveryCharacter() throws Exception {
        assertThat(ClientFrames.parse(
                        "{\"t\":\"send\",\"r\":\"a\",\"cid\":\"c\",\"text\":\"\\u0000\\ud800 \u2028<b>\"}"))
                .isEqualTo(new Send("a", "c", "\u0000\ud800 \u2028<b>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"typing", "history", "", "HELLO", "constructor"})
    void anUnknownTypeIsToldApartFromABrokenFrame(String type) throws Exception {
        assertThat(ClientFrames.parse("{\"t\":\"" + type + "\"}")).isEqualTo(new Unknown());
    }

    static List<String> broken() {
        return List.of(
                "",
                "x",
                "null",
                "1",
                "\"t\"",
                "[]",
                "{}",
                "{\"t\":1}",
                "{\"t\":null}",
                "{\"t\":\"join\"}",
                "{\"t\":\"join\",\"r\":1}",
                "{\"t\":\"join\",\"r\":null}",
                "{\"t\":\"join\",\"r\":[\"a\"]}",
                "{\"t\":\"join\",\"r\":\"a\",\"after\":1}",
                "{\"t\":\"join\",\"r\":\"a\"",
                "{\"t\":\"join\",\"r\":\"a\"}}",
                "{\"t\":\"join\",\"r\":\"a\"} {}",
                "{\"t\":\"join\",\"r\":\"a\",\"r\":\"b\"}",
                "{\"t\":\"join\",\"t\":\"leave\",\"r\":\"b\"}",
                "{\"t\":\"join\",\"r\":\"a\",\"x\":{\"y\":1,\"y\":2}}",
                "{'t':'join','r':'a'}",
                "{\"t\":\"join\",\"r\":\"a\",}",
                "{\"t\":\"join\",\"r\":\"a\nb\"}",
                "{\"t\":\"join\",\"r\":NaN}",
                "/* */{\"t\":\"join\",\"r\":\"a\"}",
                "\uFEFF{\"t\":\"join\",\"r\":\"a\"}",
                "{\"t\":\"hello\",\"v\":\"1\",\"name\":\"Ada\"}",
                "{\"t\":\"hello\",\"v\":1.0,\"name\":\"Ada\"}",
                "{\"t\":\"hello\",\"v\":1}",
                "{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\",\"key\":5}",
                "{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\",\"rooms\":{}}",
                "{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\",\"rooms\":[\"a\"]}",
                "{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\",\"rooms\":[{}]}",
                "{\"t\":\"send\",\"r\":\"a\",\"cid\":1,\"text\":\"x\"}",
                "{\"t\":\"send\",\"r\":\"a\",\"cid\":\"c\"}",
                "{\"t\":\"more\",\"r\":\"a\",\"before\":\"7-0\"}",
                "{\"t\":\"more\",\"r\":\"a\",\"before\":\"7-0\",\"limit\":\"9\"}",
                "{\"t\":\"more\",\"r\":\"a\",\"limit\":9}",
                "{\"t\":\"ping\"}",
                "{\"t\":\"ping\",\"n\":1e999999999}",
                "{\"t\":\"ping\",\"n\":99999999999999999999999}",
                "{\"t\":\"x\",\"a\":" + "[".repeat(8_000));
    }

    @ParameterizedTest
    @MethodSource
    void broken(String text) {
        assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> ClientFrames.parse(text));
    }
}
