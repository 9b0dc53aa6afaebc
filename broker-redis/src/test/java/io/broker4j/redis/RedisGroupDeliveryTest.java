package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import io.broker4j.spi.Groups;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a group begins, and which of its members has what. */
class RedisGroupDeliveryTest extends GroupOverRedis {
    @Test
    void aGroupIsCreatedOnceAndItsLogWithIt() {
        assertThat(created(Position.ORIGIN)).isTrue();
        appended("a");
        assertThat(claimed(ONE, 1).entries()).hasSize(1);
        assertThat(created(Position.ORIGIN)).isFalse();
        assertThat(claimed(ONE, 1).entries()).isEmpty();
    }

    @Test
    void aGroupBeginsAfterItsPosition() {
        List<Position> positions = appended("a", "b", "c");
        created(positions.get(1));
        assertThat(info()).isEqualTo(new Groups.Info(1, 0));
        assertThat(Logs.texts(claimed(ONE, 10))).containsExactly("c#1");
    }

    @Test
    void joiningALongLogIsQuick() {
        String fill = "for i = 1, 100000 do redis.call('XADD', KEYS[1], '*', 'd', i) end";
        redis.command("EVAL", fill, "1", "b4j:t");
        Position first = Position.parse(redis.command("XRANGE", "b4j:t", "-", "+", "COUNT", "1")
                .lines()
                .findFirst()
                .orElseThrow());
        double before = cpuSeconds();
        created(first);
        created(first);
        assertThat(claimed(ONE, 1).trimmed()).isZero();
        assertThat(cpuSeconds() - before).isLessThan(0.1);
    }

    /** CPU time of the server. Unlike the time that a command takes, it does not depend on the load of the machine. */
    private double cpuSeconds() {
        return redis.command("INFO", "cpu")
                .lines()
                .filter(line -> line.matches("used_cpu_(user|sys)_main_thread:.*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    @Test
    void eachEntryIsGivenToOneMember() {
        created(Position.ORIGIN);
        appended("a", "b", "c");
        Groups.Batch first = claimed(ONE, 2);
        assertThat(Logs.texts(first)).containsExactly("a#1", "b#1");
        assertThat(first.more()).isTrue();
        Groups.Batch second = claimed(TWO, 2);
        assertThat(Logs.texts(second)).containsExactly("c#1");
        assertThat(second.more()).isFalse();
        assertThat(claimed(ONE, 2)).isEqualTo(new Groups.Batch(List.of(), false, 0));
        assertThat(info()).isEqualTo(new Groups.Info(0, 3));
    }

    @Test
    void acknowledgingEndsPendingAndIsIdempotent() {
        created(Position.ORIGIN);
        List<Position> positions = appended("a", "b", "c");
        claimed(ONE, 10);
        Transports.get(groups.ack(ONE, positions.subList(0, 2)));
        Transports.get(groups.ack(ONE, positions.subList(0, 2)));
        assertThat(Logs.texts(pending(ONE))).containsExactly("c#1");
        Transports.get(groups.ack(TWO, positions.subList(2, 3)));
        assertThat(info()).isEqualTo(new Groups.Info(0, 0));
    }

    @Test
    void pendingEntriesAreTheMembersOwnAndAskingCountsNoDelivery() {
        created(Position.ORIGIN);
        List<Position> positions = appended("a", "b", "c", "d");
        claimed(ONE, 3);
        claimed(TWO, 3);
        pending(ONE);
        assertThat(Logs.texts(pending(ONE))).containsExactly("a#1", "b#1", "c#1");
        Groups.Batch page = Transports.get(groups.pending(ONE, positions.get(0), 1));
        assertThat(Logs.texts(page)).containsExactly("b#1");
        assertThat(page.more()).isTrue();
        assertThat(Logs.texts(pending(TWO))).containsExactly("d#1");
    }

    @Test
    void whatAClaimWhoseReplyWasCutHasTakenIsPending() {
        created(Position.ORIGIN);
        appended("a", "b");
        proxy.cutAfterRequest("EXEC");
        assertThat(Logs.failure(groups.claim(ONE, 10, Logs.MANY_BYTES))).isExactlyInstanceOf(CutOffException.class);
        awaitConnected();
        assertThat(Logs.texts(pending(ONE))).containsExactly("a#1", "b#1");
    }
}
