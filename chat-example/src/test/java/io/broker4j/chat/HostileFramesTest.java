package io.broker4j.chat;

import static io.broker4j.chat.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.broker4j.Broker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client must not do on a WebSocket, and that nobody else notices. */
class HostileFramesTest {
    private static final int TEXT = 0x81;
    private static final int FIRST = 0x01;
    private static final int MORE = 0x00;
    private static final int LAST = 0x80;

    private final Broker broker = Broker.open("memory:");
    private ChatServer server;

    @BeforeEach
    void start() throws Exception {
        Timings hasty = Timings.DEFAULTS.withClosing(Duration.ofMillis(300));
        server = ChatServer.start(ChatConfig.local("n1").withTimings(hasty), broker);
    }

    @AfterEach
    void stop() {
        server.close();
        broker.close();
    }

    static Stream<Arguments> frames() {
        byte[] none = {};
        byte[] json = "{\"t\":\"ping\",\"n\":1}".getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                arguments("text above 8 KiB", frame(TEXT, new byte[8_193]), 1009),
                arguments("a length of 2^62", hex("81FF4000000000000000"), 1009),
                arguments("a length below zero", hex("81FF8000000000000000"), 1002),
                arguments(
                        "fragments above 8 KiB",
                        joined(frame(FIRST, new byte[8_000]), frame(LAST, new byte[193])),
                        1009),
                arguments(
                        "1,001 tiny fragments",
                        joined(frame(FIRST, json), times(1_000, frame(MORE, new byte[1]))),
                        1009),
                arguments("1,001 empty fragments", joined(frame(FIRST, none), times(1_000, frame(MORE, none))), 1009),
                arguments(
                        "100,000 empty fragments", joined(frame(FIRST, none), times(100_000, frame(MORE, none))), 1009),
                arguments("bad UTF-8", frame(TEXT, new byte[] {'"', (byte) 0xFF, '"'}), 1007),
                arguments("a surrogate in UTF-8", frame(TEXT, hex("EDA080")), 1007),
                arguments("overlong UTF-8", frame(TEXT, hex("C0AF")), 1007),
                arguments("half a character", frame(TEXT, hex("C3")), 1007),
                arguments("bad UTF-8 over fragments", joined(frame(FIRST, hex("C3")), frame(LAST, hex("28"))), 1007),
                arguments("binary", frame(0x82, json), 1003),
                arguments("binary fragment", frame(0x02, json), 1003),
                arguments("unmasked", joined(hex("81"), new byte[] {(byte) json.length}, json), 1002),
                arguments("a reserved bit", frame(0xC1, json), 1002),
                arguments("a reserved opcode", frame(0x83, json), 1002),
                arguments("a reserved control opcode", frame(0x8B, json), 1002),
                arguments("a fragmented ping", frame(0x09, none), 1002),
                arguments("a ping above 125 bytes", frame(0x89, new byte[126]), 1002),
                arguments("a continuation of nothing", frame(LAST, json), 1002),
                arguments("a text within a text", joined(frame(FIRST, json), frame(TEXT, json)), 1002),
                arguments("a close with half a code", frame(0x88, new byte[1]), 1002),
                arguments("a close whose reason is no UTF-8", frame(0x88, hex("03E8FF")), 1007),
                arguments("HTTP again", "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8), 1002),
                arguments("three times no JSON", times(3, frame(TEXT, none)), 4501));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("frames")
    void eachHasItsCodeAndOthersDoNotNotice(String what, byte[] bytes, int code) throws Exception {
        try (ChatClient ada = ChatClient.in(server, "Ada", "a");
                RawClient hostile = RawClient.upgraded(server)) {
            writeAsFarAsPossible(hostile, bytes);
            assertThat(hostile.closeCode()).isEqualTo(code);
            Eventually.equal(1, server::sessions);
            ada.send("a", "c1", "undisturbed");
            ada.await("msg");
        }
    }

    @Test
    void fragmentsOfUpToEightKibibytesAreOneMessageAndPingsMayComeBetween() throws Exception {
        try (RawClient client = RawClient.upgraded(server)) {
            byte[] hello = ("{\"t\":\"hello\",\"v\":1,\"name\":\"\u00C9va\"}" + " ".repeat(8_000))
                    .getBytes(StandardCharsets.UTF_8);
            int inTheMiddleOfACharacter = 30;
            client.write(frame(FIRST, java.util.Arrays.copyOf(hello, inTheMiddleOfACharacter)));
            client.write(frame(0x89, "are you there?".getBytes(StandardCharsets.UTF_8)));
            client.write(frame(MORE, new byte[0]));
            client.write(frame(LAST, java.util.Arrays.copyOfRange(hello, inTheMiddleOfACharacter, hello.length)));
            assertThat(client.next())
                    .matches(pong -> pong.opcode() == 10 && pong.text().equals("are you there?"));
            assertThat(client.next().text()).startsWith("{\"t\":\"welcome\"").contains("\u00C9va");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4000, 4999})
    void aCloseIsAnsweredWithItsCodeAndTheSocketIsClosed(int code) throws Exception {
        assertClosed(code, code);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 9999, 32_768, 65_535})
    void aCloseWithACodeThatMayNotBeSentIsAProtocolError(int code) throws Exception {
        assertClosed(code, 1002);
    }

    private void assertClosed(int code, int answer) throws IOException {
        try (RawClient client = RawClient.upgraded(server)) {
            client.write(frame(0x88, new byte[] {(byte) (code >> 8), (byte) code}));
            assertThat(client.closeCode()).isEqualTo(answer);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void nothingThatFollowsAViolationIsHeard() throws Exception {
        try (RawClient client = RawClient.upgraded(server)) {
            client.write(joined(
                    frame(0x82, new byte[1]),
                    frame(TEXT, "{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\"}".getBytes(StandardCharsets.UTF_8))));
            assertThat(client.next().opcode()).isEqualTo(8);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void whoSaysNoHelloInTimeIsFinallyClosed() throws Exception {
        Timings hasty = Timings.DEFAULTS.withHello(Duration.ofMillis(100));
        try (ChatServer other = ChatServer.start(ChatConfig.local("n2").withTimings(hasty), broker);
                RawClient client = RawClient.upgraded(other);
                RawClient greeting = RawClient.upgraded(other)) {
            greeting.text("{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\"}");
            assertThat(client.closeCode()).isEqualTo(4501);
            greeting.text("{\"t\":\"ping\",\"n\":1}");
            assertThat(greeting.next().text()).contains("welcome");
            assertThat(greeting.next().text()).contains("pong");
        }
    }

    @Test
    void whoAnswersPingsStaysAndWhoIsSilentIsClosed() throws Exception {
        Timings hasty = Timings.DEFAULTS.withPing(Duration.ofMillis(100)).withPong(Duration.ofMillis(300));
        try (ChatServer other = ChatServer.start(ChatConfig.local("n2").withTimings(hasty), broker);
                RawClient silent = RawClient.upgraded(other);
                RawClient alive = RawClient.upgraded(other)) {
            for (int i = 0; i < 5; i++) {
                assertThat(alive.next().opcode()).isEqualTo(9);
                alive.write(frame(0x8A, new byte[0]));
            }
            assertThat(silent.closeCode()).isEqualTo(4012);
        }
    }

    private static void writeAsFarAsPossible(RawClient client, byte[] bytes) throws IOException {
        try {
            client.write(bytes);
        } catch (SocketException closedMeanwhile) {
            assertThat(bytes.length)
                    .as("bytes written before the server closed")
                    .isGreaterThan(100_000);
        }
    }

    private static byte[] times(int count, byte[] piece) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    private static byte[] joined(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    private static byte[] hex(String digits) {
        return java.util.HexFormat.of().parseHex(digits);
    }
}
