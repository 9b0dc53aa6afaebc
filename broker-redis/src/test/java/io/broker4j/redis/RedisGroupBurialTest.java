package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Dead letters: an entry is moved once and whole, or it stays with its group. */
class RedisGroupBurialTest extends GroupOverRedis {
    @Test
    void buryingMovesAnEntryOnceAlsoWhenItsReplyIsCutAndItIsRepeated() {
        transports.subscribed("dead.g.t");
        created(Position.ORIGIN);
        List<Position> positions = appended("a", "b");
        claimed(ONE, 2);
        assertThat(Transports.get(bury(ONE, positions.get(0)))).hasValue(0);
        await().atMost(Recorder.GENEROUS)
                .until(() -> transports.recorder.lines().stream()
                        .anyMatch(line -> line.startsWith("dead.g.t|dead.g.t|hint ") && !line.endsWith(" 0-0")));
        proxy.cutAfterRequest("dead.g.t");
        Logs.failure(bury(ONE, positions.get(1)));
        awaitConnected();
        assertThat(Transports.get(bury(ONE, positions.get(1)))).isEmpty();
        assertThat(dead()).isEqualTo("2");
        assertThat(info().pending()).isZero();
    }

    @Test
    void whatAnotherHasTakenOverIsNotBuried() {
        created(Position.ORIGIN);
        Position a = appended("a").get(0);
        claimed(ONE, 1);
        takenOver(TWO);
        assertThat(Transports.get(bury(ONE, a))).isEmpty();
        assertThat(dead()).isEqualTo("0");
    }

    @Test
    void nothingIsAcknowledgedIfTheDeadCannotBeKept() {
        created(Position.ORIGIN);
        Position a = appended("a").get(0);
        claimed(ONE, 1);
        redis.command("SET", "b4j:dead.g.t", "no stream");
        assertThat(Logs.failure(bury(ONE, a))).hasMessageContaining("WRONGTYPE");
        assertThat(info().pending()).isEqualTo(1);
    }

    @Test
    void whatIsBuriedIsWhole() {
        created(Position.ORIGIN);
        Position a = appended("a").get(0);
        claimed(ONE, 1);
        Frame dead = Frame.logged("id", 5, Map.of("cause", "x y"), new byte[] {0, (byte) 0xFF});
        Retention retention = Retention.count(10).expireWhenIdle(Duration.ofHours(1));
        Transports.get(groups.bury(ONE, a, "dead.g.t", dead, retention));
        Frame found = Transports.get(Logs.of(transports).read("dead.g.t", Position.ORIGIN, 2, Logs.MANY_BYTES))
                .entries()
                .get(0)
                .frame();
        assertThat(found.payloadBytes()).isEqualTo(dead.payloadBytes());
        assertThat(found.headers()).isEqualTo(dead.headers());
        assertThat(found.id()).isEqualTo("id");
        assertThat(Long.parseLong(redis.command("PTTL", "b4j:dead.g.t"))).isBetween(3_000_000L, 3_600_000L);
    }

    @Test
    void theNewestDeadLetterSaysWhenTheirLogEnds() {
        created(Position.ORIGIN);
        List<Position> both = appended("a", "b");
        claimed(ONE, 2);
        Retention hour = Logs.KEEP.expireWhenIdle(Duration.ofHours(1));
        Transports.get(groups.bury(ONE, both.get(0), "dead.g.t", Logs.frame("a"), hour));
        Transports.get(groups.bury(ONE, both.get(1), "dead.g.t", Logs.frame("b"), Logs.KEEP));
        assertThat(redis.command("PTTL", "b4j:dead.g.t")).isEqualTo("-1");
    }
}
