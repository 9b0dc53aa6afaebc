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

    private static Frame frame(Map<String, String> headers, byte[] payload) {
        return new Frame(-42, 7, true, 1_700_000_000_123L, headers, payload, false);
    }

    @Test
    void comesBackAsItWent() {
        Map<String, String> headers = Map.of("trace-id", "4711", "name", "Zoë \uD83D\uDE00", "empty", "");

        Frame back = Frame.parse(frame(headers, PAYLOAD).toBytes());

        assertThat(back.defect()).isNull();
        assertThat(back.publisherId()).isEqualTo(-42);
        assertThat(back.sequence()).isEqualTo(7);
        assertThat(back.first()).isTrue();
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

        assertThat(Headers.defect(headers)).isNull();
        assertThat(Frame.parse(frame(headers, payload).toBytes()).defect()).isNull();
    }

    @Test
    void layoutIsTheDocumentedOne() {
        byte[] wire = new Frame(1, 2, false, 3, Map.of("a", "b"), new byte[] {9}, false).toBytes();

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

        assertThat(frame.isBare()).isTrue();
        assertThat(frame.defect()).isNull();
        assertThat(frame.payloadBytes()).asString(StandardCharsets.UTF_8).isEqualTo(text);
    }

    @Test
    void everyTruncatedHeaderIsUndecodable() {
        byte[] wire = frame(Map.of("name", "value"), new byte[0]).toBytes();

        for (int length = 4; length < wire.length; length++) {
            assertThat(Frame.parse(Arrays.copyOf(wire, length)).defect())
                    .as("first %d bytes", length)
                    .isNotNull();
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

        assertThat(Frame.parse(version).defect()).contains("version 2");
        assertThat(Frame.parse(flags).defect()).contains("flags 4");
        assertThat(Frame.parse(sequence).defect()).contains("sequence 0");
    }

    @Test
    void carriesTheLastPositionInAHint() {
        Position last = Position.of(-1, 7);

        assertThat(Frame.parse(Frame.hint(last).toBytes()).hinted()).isEqualTo(last);
        assertThat(frame(Map.of(), PAYLOAD).hinted()).isNull();
    }

    @Test
    void checksBoundsAgainOnReceipt() {
        assertThat(Frame.parse(new byte[Limits.MAX_PAYLOAD_BYTES + 1]).defect()).contains("262145");
        assertThat(Frame.parse(frame(Map.of(), new byte[Limits.MAX_PAYLOAD_BYTES + 1])
                                .toBytes())
                        .defect())
                .contains("262145");
        assertThat(Frame.parse(frame(Map.of("a", "x".repeat(1025)), PAYLOAD).toBytes())
                        .defect())
                .contains("1025");
        assertThat(Frame.parse(frame(Map.of("Upper", ""), PAYLOAD).toBytes()).defect())
                .contains("'Upper'");
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
            Frame frame = Frame.parse(garbage);
            assertThat(frame.defect() != null || frame.sequence() > 0 || frame.hinted() != null)
                    .isTrue();
        }
    }
}
