package io.broker4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private static final byte[] PAYLOAD = "grüße".getBytes(StandardCharsets.UTF_8);

    private static Frame.Live frame(Map<String, String> headers, byte[] payload) {
        return new Frame.Live(-42, 7, true, 1_700_000_000_123L, headers, payload);
    }

    private static String defect(byte[] wire) {
        return Frame.parse(wire) instanceof Frame.Undecodable invalid ? invalid.defect() : "";
    }

    @Test
    void comesBackAsItWent() {
        Map<String, String> headers = Map.of("trace-id", "4711", "name", "Zoë \uD83D\uDE00", "empty", "");

        Frame.Live back = (Frame.Live) Frame.parse(frame(headers, PAYLOAD).toBytes());

        assertThat(back.publisherId()).isEqualTo(-42);
        assertThat(back.sequence()).isEqualTo(7);
        assertThat(back.isFirst()).isTrue();
        assertThat(back.publishedAtMillis()).isEqualTo(1_700_000_000_123L);
        assertThat(back.headers()).isEqualTo(headers);
        assertThat(back.payloadBytes()).isEqualTo(PAYLOAD);
    }

    @Test
    void carriesAsMuchAsIsAllowed() {
        Map<String, String> headers = IntStream.range(0, 7)
                .mapToObj(Integer::toString)
                .collect(Collectors.toMap(i -> "h" + i, i -> "x".repeat(1024)));
        byte[] payload = new byte[Limits.MAX_PAYLOAD_BYTES];

        assertThat(Limits.headersDefect(headers)).isEmpty();
        assertThat(defect(frame(headers, payload).toBytes())).isEmpty();
    }

    @Test
    void layoutIsTheDocumentedOne() {
        byte[] wire = new Frame.Live(1, 2, false, 3, Map.of("a", "b"), new byte[] {9}).toBytes();

        assertThat(wire)
                .isEqualTo(ByteBuffer.allocate(37)
                        .put(new byte[] {(byte) 0xB4, 'b', '4', 'j', 1, 2})
                        .putLong(1)
                        .putLong(2)
                        .putLong(3)
                        .put(new byte[] {1, 1, 'a', 0, 1, 'b'})
                        .put((byte) 9)
                        .array());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{\"t\":1}", "b4j", "\uFFFD"})
    void textIsABarePayload(String text) {
        Frame frame = Frame.parse(text.getBytes(StandardCharsets.UTF_8));

        assertThat(frame).isInstanceOf(Frame.Bare.class);
        assertThat(frame.payloadBytes()).asString(StandardCharsets.UTF_8).isEqualTo(text);
    }

    @Test
    void everyTruncatedHeaderIsUndecodable() {
        byte[] wire = frame(Map.of("name", "value"), new byte[0]).toBytes();

        for (int length = 4; length < wire.length; length++) {
            assertThat(defect(Arrays.copyOf(wire, length)))
                    .as("first %d bytes", length)
                    .isNotEmpty();
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        byte[] version = frame(Map.of(), PAYLOAD).toBytes();
        version[4] = 2;
        byte[] flags = frame(Map.of(), PAYLOAD).toBytes();
        flags[5] = 4;
        byte[] sequence = frame(Map.of(), PAYLOAD).toBytes();
        Arrays.fill(sequence, 14, 22, (byte) 0);

        assertThat(defect(version)).contains("version 2");
        assertThat(defect(flags)).contains("flags 4");
        assertThat(defect(sequence)).contains("sequence 0");
    }

    @Test
    void carriesTheLastPositionInAHint() {
        Position last = Position.of(-1, 7);

        assertThat(Frame.parse(new Frame.Hint(last, 3).toBytes())).isEqualTo(new Frame.Hint(last, 3));
    }

    @Test
    void checksBoundsAgainOnReceipt() {
        byte[] tooLarge = new byte[Limits.MAX_PAYLOAD_BYTES + 1];

        assertThat(defect(tooLarge)).contains("262145");
        assertThat(defect(frame(Map.of(), tooLarge).toBytes())).contains("262145");
        assertThat(defect(frame(Map.of("a", "x".repeat(1025)), PAYLOAD).toBytes()))
                .contains("1025");
        assertThat(defect(frame(Map.of("Upper", ""), PAYLOAD).toBytes())).contains("'Upper'");
    }

    @Test
    void garbageNeverThrows() {
        Random random = new Random(1);
        byte[] template = frame(Map.of("name", "value"), PAYLOAD).toBytes();
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = template.clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                garbage[4 + random.nextInt(garbage.length - 4)] = (byte) random.nextInt();
            }
            assertThat(Frame.parse(garbage))
                    .isInstanceOfAny(Frame.Undecodable.class, Frame.Hint.class, Frame.Live.class);
        }
    }
}
