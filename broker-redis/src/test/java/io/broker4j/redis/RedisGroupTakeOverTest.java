package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Groups.Member;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is tried again, given back, kept and taken over, and which delivery that is. */
class RedisGroupTakeOverTest extends GroupOverRedis {
    @Test
    void whatAMemberGivesBackIsTakenOverAtOnceAndWasNotDelivered() {
        created(Position.ORIGIN);
        List<Position> positions = appended("a", "b", "c");
        claimed(ONE, 2);
        claimed(TWO, 1);
        Transports.get(groups.release(ONE, Map.of(positions.get(0), 1, positions.get(1), 4, positions.get(2), 1)));
        Groups.Batch taken = Transports.get(groups.takeOver(TWO, Duration.ofHours(1), 10));
        assertThat(Logs.texts(taken)).containsExactly("a#1", "b#4");
        assertThat(Logs.texts(pending(TWO))).containsExactly("a#1", "b#4", "c#1");
    }

    @Test
    void aRetryIsRecorded() {
        created(Position.ORIGIN);
        Position a = appended("a").get(0);
        claimed(ONE, 1);
        assertThat(Transports.get(groups.retry(ONE, a, 2))).isTrue();
        assertThat(Transports.get(groups.retry(ONE, a, 2))).isTrue();
        assertThat(Logs.texts(pending(ONE))).containsExactly("a#2");
        assertThat(Transports.get(groups.retry(TWO, a, 3))).isFalse();
        assertThat(Logs.texts(pending(ONE))).containsExactly("a#2");
    }

    @Test
    void aDeadMembersEntriesAreTakenOverAndItsDeathCounts() {
        created(Position.ORIGIN);
        appended("a", "b");
        claimed(ONE, 1);
        claimed(TWO, 1);
        assertThat(Transports.get(groups.takeOver(TWO, Duration.ofHours(1), 10)).entries())
                .isEmpty();
        assertThat(Logs.texts(takenOver(TWO))).containsExactly("a#2");
        assertThat(Logs.texts(pending(TWO))).containsExactly("a#2", "b#1");
        assertThat(pending(ONE).entries()).isEmpty();
        Groups.Batch back = Transports.get(groups.takeOver(ONE, NOW, 1));
        assertThat(Logs.texts(back)).containsExactly("a#3");
        assertThat(back.more()).isTrue();
    }

    @Test
    void renewingKeepsFromBeingTakenOverAndDoesNotStealBack() {
        created(Position.ORIGIN);
        List<Position> positions = appended("a", "b");
        claimed(ONE, 2);
        redis.command("XCLAIM", "b4j:t", "g", "one", "0", positions.get(0).toString(), "IDLE", "3600000", "JUSTID");
        redis.command("XCLAIM", "b4j:t", "g", "one", "0", positions.get(1).toString(), "IDLE", "3600000", "JUSTID");
        assertThat(Transports.get(groups.renew(ONE, positions.subList(0, 1)))).isEqualTo(positions.subList(0, 1));
        assertThat(Logs.texts(Transports.get(groups.takeOver(TWO, Duration.ofMinutes(30), 10))))
                .containsExactly("b#2");
        assertThat(Transports.get(groups.renew(ONE, positions))).isEqualTo(positions.subList(0, 1));
        assertThat(Logs.texts(pending(ONE))).containsExactly("a#1");
        assertThat(Logs.texts(pending(TWO))).containsExactly("b#2");
    }

    @Test
    void membersThatAreGoneAreForgottenOnceTheyOwnNothing() {
        created(Position.ORIGIN);
        List<Position> positions = appended("a", "b");
        claimed(ONE, 1);
        claimed(new Member("t", "g", "three"), 1);
        Transports.get(groups.ack(ONE, positions.subList(0, 1)));
        String takeOver = new String(Script.TAKE_OVER.text(), StandardCharsets.US_ASCII); // at once, not after an hour
        redis.command("EVAL", takeOver, "1", "b4j:t", "g", "two", "3600000", "10", "1000", "-1");
        assertThat(redis.command("XINFO", "CONSUMERS", "b4j:t", "g"))
                .contains("three")
                .doesNotContain("one");
    }
}
