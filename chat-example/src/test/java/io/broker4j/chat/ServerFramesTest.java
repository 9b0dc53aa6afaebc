package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import io.broker4j.chat.Refusal.Reason;
import io.broker4j.chat.RoomReader.Snapshot;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerFramesTest {
    private static final Identity ADA = new Identity("0123456789abcdef", "Ada");

    @Test
    void theTypeComesFirstAndTheShapesAreThoseOfTheProtocol() {
        assertThat(text(ServerFrames.welcome(ADA, ChatConfig.local("n1"))))
                .isEqualTo(
                        "{\"t\":\"welcome\",\"v\":1,\"you\":{\"id\":\"0123456789abcdef\",\"name\":\"Ada\"},\"node\":\"n1\","
                                + "\"pingMs\":25000,\"limits\":{\"text\":2000,\"frame\":8192,\"name\":64,\"room\":128,\"rooms\":100,"
                                + "\"rate\":5,\"burst\":10}}");
        assertThat(text(ServerFrames.msg("a", 5, ADA, "c1", "hi")))
                .isEqualTo(
                        "{\"t\":\"msg\",\"r\":\"a\",\"ts\":5,\"from\":{\"id\":\"0123456789abcdef\",\"name\":\"Ada\"},"
                                + "\"cid\":\"c1\",\"text\":\"hi\"}");
        assertThat(text(ServerFrames.ack("a", "c1", Position.of(7, 1))))
                .isEqualTo("{\"t\":\"ack\",\"cid\":\"c1\",\"r\":\"a\",\"p\":\"7-1\"}");
        assertThat(text(ServerFrames.pong(-1))).isEqualTo("{\"t\":\"pong\",\"n\":-1}");
        assertThat(text(ServerFrames.bye(1012, 700))).isEqualTo("{\"t\":\"bye\",\"code\":1012,\"retryMs\":700}");
    }

    @Test
    void severalMessagesAreOneFrame() {
        Lines none = new Lines(Position.ORIGIN, 1_000);
        assertThat(text(ServerFrames.joined("a\"b", new Snapshot(0, Position.ORIGIN, none), false)))
                .isEqualTo("{\"t\":\"joined\",\"r\":\"a\\\"b\",\"p\":\"0-0\",\"recovered\":false,\"msgs\":[]}");
        Lines two = new Lines(Position.ORIGIN, 1_000);
        Line first = Line.of(Position.of(7, 0), ServerFrames.msg("a", 5, ADA, "c1", "hi"));
        Line second = Line.of(Position.of(7, 1), ServerFrames.msg("a", 5, ADA, "c2", "ho"));
        two.add(first.position, first);
        two.add(second.position, second);
        assertThat(text(ServerFrames.joined("a", new Snapshot(0, Position.of(9, 0), two), true)))
                .isEqualTo("{\"t\":\"joined\",\"r\":\"a\",\"p\":\"9-0\",\"recovered\":true,\"msgs\":[" + first + ","
                        + second + "]}");
        assertThat(text(ServerFrames.page("a", new RoomHistory.Page(two.list(), true))))
                .isEqualTo("{\"t\":\"page\",\"r\":\"a\",\"end\":true,\"msgs\":[" + first + "," + second + "]}");
    }

    @Test
    void aRefusalNamesWhatItIsAbout() {
        assertThat(text(ServerFrames.err(Refusal.of(Reason.UNKNOWN_TYPE))))
                .isEqualTo("{\"t\":\"err\",\"code\":\"unknown_type\"}");
        assertThat(text(ServerFrames.err(
                        Refusal.of(Reason.RATE).inRoom("a").ofMessage("c1").retryAfter(200))))
                .isEqualTo("{\"t\":\"err\",\"code\":\"rate\",\"cid\":\"c1\",\"r\":\"a\",\"retryMs\":200}");
    }

    @Test
    void anUnpairedSurrogateSurvivesTheWayOverUtf8() throws Exception {
        String odd = "\ud800 x\udc00 \ud83d\ude00 \ud83d";
        byte[] message = ServerFrames.msg("a", 5, ADA, "c1", odd);
        RoomMessage.parse(message, "a");
        assertThat(JsonDocument.parse(text(message)).string("text")).isEqualTo(odd);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
