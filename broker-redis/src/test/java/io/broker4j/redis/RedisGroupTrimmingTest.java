package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.BrokerEvent;
import io.broker4j.Position;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Groups.Member;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log has dropped before a group was done with it. */
class RedisGroupTrimmingTest extends GroupOverRedis {
    @Test
    void whatIsDroppedBeforeAnyMemberHadItIsToldOnce() {
        created(Position.ORIGIN);
        appended("a", "b", "c", "d", "e", "f");
        claimed(ONE, 1);
        redis.command("XTRIM", "b4j:t", "MAXLEN", "3");
        assertThat(info()).isEqualTo(new Groups.Info(3, 1));
        Groups.Batch batch = claimed(ONE, 1);
        assertThat(batch.trimmed()).isEqualTo(2);
        assertThat(Logs.texts(batch)).containsExactly("d#1");
        assertThat(claimed(TWO, 1).trimmed()).isZero();
        appended("g", "h");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "1");
        Groups.Batch last = claimed(TWO, 10);
        assertThat(last.trimmed()).isEqualTo(2);
        assertThat(Logs.texts(last)).containsExactly("h#1");
        assertThat(info().undelivered()).isZero();
    }

    @Test
    void whatWasDroppedIsToldAlsoToAGroupThatBeganInTheMiddleAndNothingFromBeforeIt() {
        List<Position> positions = appended("a", "b", "c", "d", "e");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "4");
        created(positions.get(2));
        assertThat(claimed(ONE, 1).trimmed()).isZero();
        redis.command("XTRIM", "b4j:t", "MAXLEN", "0");
        assertThat(claimed(ONE, 1).trimmed()).isEqualTo(1);
        Transports.get(groups.create("t", "later", Position.ORIGIN, OptionalLong.of(5)));
        appended("f");
        assertThat(Transports.get(groups.claim(new Member("t", "later", "x"), 1, 100))
                        .trimmed())
                .isZero();
    }

    @Test
    void aGroupThatBeginsWhereTheLogNoLongerReachesIsToldOnce() {
        Position a = appended("a", "b", "c").get(0);
        redis.command("XTRIM", "b4j:t", "MAXLEN", "1");
        created(a);
        Groups.Batch batch = claimed(ONE, 10);
        assertThat(batch.trimmed()).isEqualTo(Groups.UNKNOWN);
        assertThat(Logs.texts(batch)).containsExactly("c#1");
        appended("d");
        assertThat(claimed(ONE, 10).trimmed()).isZero();
    }

    @Test
    void anEntryDroppedWhilePendingHasNoFrame() {
        created(Position.ORIGIN);
        List<Position> positions = appended("a", "b");
        claimed(ONE, 2);
        redis.command("XTRIM", "b4j:t", "MAXLEN", "1");
        assertThat(Logs.texts(pending(ONE))).containsExactly("#1", "b#1");
        assertThat(Transports.get(groups.renew(ONE, positions))).isEqualTo(positions);
        assertThat(Transports.get(groups.retry(ONE, positions.get(0), 2))).isTrue();
        assertThat(Logs.texts(takenOver(TWO))).containsExactly("#2", "b#2");
        assertThat(Transports.get(bury(ONE, positions.get(0)))).hasValue(0);
        assertThat(dead()).isEqualTo("1");
    }

    /** Another member has created the group of the new log, whose clock goes behind that of the old one. */
    @ParameterizedTest
    @ValueSource(strings = {"DEL b4j:t", "FLUSHALL"})
    void whatWasPassedInAnOlderLogHidesNoLossInTheNewOne(String end) {
        created(Position.ORIGIN);
        appended("a");
        redis.command("XSETID", "b4j:t", "9999999999999-0");
        appended("b");
        assertThat(Logs.texts(claimed(ONE, 10))).containsExactly("a#1", "b#1");
        assertThat(claimed(ONE, 10).entries()).isEmpty();
        redis.command(end.split(" "));
        redis.command("XGROUP", "CREATE", "b4j:t", "g", "0", "MKSTREAM", "ENTRIESREAD", "0");
        appended("c", "d", "e", "f");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "3");
        Groups.Batch batch = claimed(ONE, 10);
        assertThat(batch.trimmed()).isEqualTo(1);
        assertThat(Logs.texts(batch)).containsExactly("d#1", "e#1", "f#1");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "0");
        appended("g", "h");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "1");
        assertThat(claimed(ONE, 10).trimmed()).isEqualTo(1);
    }

    /** A new connection may lead to another server, so cursors are forgotten before a claim can use the connection. */
    @Test
    void whatAGroupHadPassedIsForgottenBeforeANewConnectionCarriesAClaim() {
        created(Position.ORIGIN);
        appended("a", "b", "c");
        claimed(ONE, 10);
        claimed(ONE, 10);
        CompletableFuture<Groups.Batch> first = new CompletableFuture<>();
        transports.recorder.onEvent = event -> {
            if (event instanceof BrokerEvent.Connected) {
                groups.claim(ONE, 10, Logs.MANY_BYTES).thenAccept(first::complete);
            }
        };
        redis.command("XGROUP", "SETID", "b4j:t", "g", "0", "ENTRIESREAD", "0");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "1");
        String links = redis.command("CLIENT", "LIST");
        Matcher reading = Pattern.compile("id=(\\d+) .* cmd=exec ").matcher(links);
        assertThat(reading.find()).as(links).isTrue();
        redis.command("CLIENT", "KILL", "ID", reading.group(1));
        assertThat(Transports.get(first).trimmed()).isEqualTo(2);
    }

    /** Another member has created the group anew, while the log is still the one that this one knows. */
    @Test
    void whatAGroupHadPassedBeforeItBeganAnewHidesNoLoss() {
        created(Position.ORIGIN);
        appended("a", "b", "c", "d");
        claimed(ONE, 10);
        redis.command("XGROUP", "DESTROY", "b4j:t", "g");
        redis.command("XGROUP", "CREATE", "b4j:t", "g", "0", "ENTRIESREAD", "0");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "2");
        Groups.Batch batch = claimed(ONE, 10);
        assertThat(batch.trimmed()).isEqualTo(Groups.UNKNOWN);
        assertThat(Logs.texts(batch)).containsExactly("c#1", "d#1");
        assertThat(claimed(ONE, 10).trimmed()).isZero();
    }
}
