package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Groups.Member;
import io.broker4j.testkit.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisGroupsTest {
    private static final Member ONE = new Member("t", "g", "one");
    private static final Member TWO = new Member("t", "g", "two");
    private static final Duration NOW = Duration.ZERO;

    private RestrictedRedis redis;
    private TcpProxy proxy;
    private Transports transports;
    private Groups groups;

    @BeforeEach
    void open() {
        redis = RestrictedRedis.startForLogs();
        proxy = TcpProxy.to(redis.port());
        transports = Transports.open(RestrictedRedis.uri(proxy));
        groups = Logs.groups(transports);
    }

    @AfterEach
    void close() {
        transports.close();
        proxy.close();
        redis.close();
    }

    private boolean created(Position after) {
        return Transports.get(groups.create("t", "g", after, OptionalLong.empty()));
    }

    private List<Position> appended(String... payloads) {
        return Stream.of(payloads)
                .map(payload -> Logs.appended(transports, "t", payload))
                .toList();
    }

    private Groups.Batch claimed(Member member, int max) {
        return Transports.get(groups.claim(member, max, Logs.MANY_BYTES));
    }

    private Groups.Batch pending(Member member) {
        return Transports.get(groups.pending(member, Position.ORIGIN, 100));
    }

    private Groups.Batch takenOver(Member member) {
        return Transports.get(groups.takeOver(member, NOW, 100));
    }

    private Groups.Info info() {
        return Transports.get(groups.info("t", "g"));
    }

    private CompletableFuture<Boolean> bury(Member member, Position position) {
        return groups.bury(member, position, "dead.g.t", Logs.frame("dead"), Retention.count(100));
    }

    private String dead() {
        return redis.command("XLEN", "b4j:dead.g.t");
    }

    private void awaitConnected() {
        await().atMost(Recorder.GENEROUS)
                .until(() -> Logs.of(transports)
                        .info("t")
                        .handle((info, failure) -> failure == null)
                        .join());
    }

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
        assertThat(Logs.failure(groups.claim(ONE, 10, Logs.MANY_BYTES))).isExactlyInstanceOf(BrokerException.class);
        awaitConnected();
        assertThat(Logs.texts(pending(ONE))).containsExactly("a#1", "b#1");
    }

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
    void joiningALongLogIsQuick() {
        String fill = "for i = 1, 100000 do redis.call('XADD', KEYS[1], '*', 'd', i) end";
        redis.command("EVAL", fill, "1", "b4j:t");
        Position first = Position.parse(redis.command("XRANGE", "b4j:t", "-", "+", "COUNT", "1")
                .lines()
                .findFirst()
                .orElseThrow());
        redis.command("CONFIG", "SET", "slowlog-log-slower-than", "20000");
        redis.command("SLOWLOG", "RESET");
        created(first);
        created(first);
        assertThat(claimed(ONE, 1).trimmed()).isZero();
        assertThat(redis.command("SLOWLOG", "GET")).isEmpty();
    }

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
    void anEntryDroppedWhilePendingHasNoFrame() {
        created(Position.ORIGIN);
        List<Position> positions = appended("a", "b");
        claimed(ONE, 2);
        redis.command("XTRIM", "b4j:t", "MAXLEN", "1");
        assertThat(Logs.texts(pending(ONE))).containsExactly("#1", "b#1");
        assertThat(Transports.get(groups.renew(ONE, positions))).isEqualTo(positions);
        assertThat(Transports.get(groups.retry(ONE, positions.get(0), 2))).isTrue();
        assertThat(Logs.texts(takenOver(TWO))).containsExactly("#2", "b#2");
        assertThat(Transports.get(bury(ONE, positions.get(0)))).isTrue();
        assertThat(dead()).isEqualTo("1");
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
        List<Position> positions = appended("a", "b");
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
        assertThat(positions).hasSize(2);
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
    void buryingMovesAnEntryOnceAlsoWhenItsReplyIsCutAndItIsRepeated() {
        transports.subscribed("dead.g.t");
        created(Position.ORIGIN);
        List<Position> positions = appended("a", "b");
        claimed(ONE, 2);
        assertThat(Transports.get(bury(ONE, positions.get(0)))).isTrue();
        await().atMost(Recorder.GENEROUS)
                .until(() -> transports.recorder.lines().stream()
                        .anyMatch(line -> line.startsWith("dead.g.t|dead.g.t|hint ") && !line.endsWith(" 0-0")));
        proxy.cutAfterRequest("dead.g.t");
        Logs.failure(bury(ONE, positions.get(1)));
        awaitConnected();
        assertThat(Transports.get(bury(ONE, positions.get(1)))).isFalse();
        assertThat(dead()).isEqualTo("2");
        assertThat(info().pending()).isZero();
    }

    @Test
    void whatAnotherHasTakenOverIsNotBuried() {
        created(Position.ORIGIN);
        Position a = appended("a").get(0);
        claimed(ONE, 1);
        takenOver(TWO);
        assertThat(Transports.get(bury(ONE, a))).isFalse();
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

    @Test
    void everythingSaysThatTheGroupIsMissing() {
        created(Position.ORIGIN);
        Position a = appended("a").get(0);
        for (List<String> loss : List.of(List.of("FLUSHALL"), List.of("XADD", "b4j:t", "*", "d", "x"))) {
            redis.command(loss.toArray(String[]::new));
            List<CompletableFuture<?>> calls = new ArrayList<>(List.of(
                    groups.claim(ONE, 1, 100),
                    groups.pending(ONE, Position.ORIGIN, 1),
                    groups.ack(ONE, List.of(a)),
                    groups.retry(ONE, a, 2),
                    groups.renew(ONE, List.of(a)),
                    groups.takeOver(ONE, NOW, 1),
                    bury(ONE, a),
                    groups.info("t", "g")));
            for (CompletableFuture<?> call : calls) {
                assertThat(Logs.failure(call)).isInstanceOf(Groups.MissingGroupException.class);
            }
        }
    }

    @Test
    void scriptsThatTheServerHasForgottenAreSentAgain() {
        created(Position.ORIGIN);
        Position a = appended("a").get(0);
        claimed(ONE, 1);
        redis.command("SCRIPT", "FLUSH");
        assertThat(Transports.get(groups.renew(ONE, List.of(a)))).containsExactly(a);
        assertThat(Logs.texts(pending(ONE))).containsExactly("a#1");
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

    @Test
    void refusalsNameTheKeyAndWhatToAllow() {
        created(Position.ORIGIN);
        appended("a");
        redis.change("-xreadgroup");
        redis.expectRefusals("command xreadgroup app", "command xpending app");
        assertThat(Logs.failure(groups.claim(ONE, 1, 100)))
                .hasMessageContaining("NOPERM")
                .hasMessageContaining("ACL SETUSER app ~b4j:* " + ErrorReplies.LOG_RIGHTS);
        redis.change("+xreadgroup", "-xpending");
        assertThat(Logs.failure(groups.takeOver(ONE, NOW, 1))).hasMessageContaining("ACL SETUSER app ~b4j:* ");
        redis.change("+xpending");
        redis.command("SET", "b4j:t", "no stream");
        assertThat(Logs.failure(groups.create("t", "g", Position.ORIGIN, OptionalLong.of(0))))
                .hasMessageContaining("key b4j:t holds no stream");
    }
}
