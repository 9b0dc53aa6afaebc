package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.testkit.Direction;
import io.broker4j.testkit.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What appends do: how much they keep, in which order, and whom they tell. */
class RedisLogAppendTest extends LogOverRedis {
    private static final long GONE = -2;
    private static final long NEVER = -1;
    private static final long MANY = 3_000_000;

    @Test
    void retentionKeepsAtLeastTheCountAndAtMostAThousandMore() {
        for (int length : List.of(10, 5_000)) {
            byte[] payload = new byte[length];
            List<CompletableFuture<Position>> appends = new ArrayList<>();
            for (int i = 0; i < 1_500; i++) {
                appends.add(
                        Logs.of(direct).append("t", Frame.logged("", 1, Map.of(), payload), Retention.count(1_000)));
            }
            appends.forEach(Transports::get);
            assertThat(info(direct).length()).isBetween(1_000L, 2_000L);
        }
    }

    @Test
    void aSmallerRetentionTakesEffectWithItsFirstAppend() {
        List<CompletableFuture<Position>> appends = new ArrayList<>();
        for (int i = 0; i < 15_000; i++) {
            appends.add(Logs.of(direct).append("t", Logs.frame("x"), Retention.count(1_000_000)));
            if (appends.size() % 5_000 == 0) {
                appends.forEach(Transports::get);
            }
        }
        Transports.get(Logs.of(direct).append("t", Logs.frame("y"), Retention.count(10)));
        assertThat(info(direct).length()).isBetween(10L, 1_010L);
        assertThat(info(direct).added()).isEqualTo(15_001);
    }

    @Test
    void anIdleLogEndsAndEachAppendPutsThatOff() {
        Retention hour = Logs.KEEP.expireWhenIdle(Duration.ofHours(1));
        Transports.get(Logs.of(direct).append("t", Logs.frame("a"), hour));
        Transports.get(direct.publish("fence", "the commands after the append are answered"));
        assertThat(Long.parseLong(redis.command("PTTL", "b4j:t"))).isBetween(3_500_000L, 3_600_000L);
        Retention soon = Logs.KEEP.expireWhenIdle(Duration.ofMillis(100));
        Transports.get(Logs.of(direct).append("t", Logs.frame("b"), soon));
        await().atMost(Recorder.GENEROUS)
                .until(() -> redis.command("EXISTS", "b4j:t").equals("0"));
    }

    /** The end of a log goes with the append that wants it: what is acknowledged would be lost with an earlier, nearer one. */
    @Test
    void whereverTheLinkIsCutWhatIsAppendedDoesNotGoWithAnEarlierEnd() {
        Retention hour = Logs.KEEP.expireWhenIdle(Duration.ofHours(1));
        List<String> wrong = new ArrayList<>();
        for (int bytes = 100; bytes < 700; bytes += 20) {
            for (Retention retention : List.of(Logs.KEEP, hour)) {
                long left = leftAfterACut(retention, bytes);
                if (left != GONE && (retention == hour ? left < MANY : left != NEVER)) {
                    wrong.add("after " + bytes + " bytes with " + retention + ": " + left + " ms left");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** How long the log then lives that was to end soon, in milliseconds as PTTL says, if it has what was appended. */
    private long leftAfterACut(Retention retention, int bytes) {
        redis.command("DEL", "b4j:t");
        redis.command("XADD", "b4j:t", "*", "d", "before");
        redis.command("PEXPIRE", "b4j:t", "60000");
        TcpProxy own = TcpProxy.to(redis.port());
        try (own;
                Transports cut = Transports.open(RestrictedRedis.uri(own))) {
            own.cutAfter(Direction.TO_SERVER, bytes);
            Logs.of(cut)
                    .append("t", Logs.frame("x"), retention)
                    .handle((done, failure) -> failure)
                    .join();
        }
        return redis.command("XLEN", "b4j:t").equals("2") ? Long.parseLong(redis.command("PTTL", "b4j:t")) : GONE;
    }

    /** P3, for a user who may append but not say when a log ends. */
    @Test
    void anAppendWhoseEndIsRefusedIsNotInTheLog() {
        redis.change("-pexpire");
        redis.tolerateRefusals("command pexpire " + ReadmeUser.NAME);
        Retention hour = Logs.KEEP.expireWhenIdle(Duration.ofHours(1));
        assertThat(Logs.failure(Logs.of(direct).append("t", Logs.frame("a"), hour)))
                .hasMessageContaining("ACL SETUSER app ~b4j:* ");
        assertThat(redis.command("EXISTS", "b4j:t")).isEqualTo("0");
    }

    @Test
    void appendsAreInTheOrderOfTheCalls() {
        List<String> expected = new ArrayList<>();
        List<CompletableFuture<Position>> appends = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            expected.add(Integer.toString(i));
            appends.add(Logs.append(direct, "t", Integer.toString(i)));
        }
        List<Position> positions = appends.stream().map(Transports::get).toList();
        List<String> found = new ArrayList<>();
        Position from = Position.ORIGIN;
        for (Log.Batch batch = read(direct, from, 1_000); ; batch = read(direct, from, 1_000)) {
            List<String> texts = Logs.texts(batch);
            found.addAll(found.isEmpty() ? texts : texts.subList(1, texts.size()));
            if (!batch.more()) {
                break;
            }
            from = batch.entries().get(batch.entries().size() - 1).position();
        }
        assertThat(found).isEqualTo(expected);
        for (int i = 1; i < positions.size(); i++) {
            assertThat(positions.get(i).isAfter(positions.get(i - 1))).isTrue();
        }
    }

    @Test
    void everyAppendIsFollowedByAHintAndManyShareOne() {
        proxied.subscribed("t");
        List<CompletableFuture<Position>> appends = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            appends.add(Logs.append(direct, "t", "x"));
        }
        appends.forEach(Transports::get);
        direct.published("t", "after");
        proxied.recorder.awaitLines("t|t|after");
        List<String> lines = proxied.recorder.lines();
        assertThat(lines).hasSizeBetween(2, 900);
        assertThat(lines.get(lines.size() - 1)).isEqualTo("t|t|after");
        assertThat(lines.get(lines.size() - 2)).startsWith("t|t|hint");
    }

    /** A log that is deleted begins again at 0 within a millisecond, and would seem to be older than the hint. */
    @Test
    void aHintNamesNoPlaceWithinAMillisecond() {
        redis.command("XADD", "b4j:t", "9000000000000-7", "d", "x");
        direct.subscribed("t");
        assertThat(Logs.appended(direct, "t", "a")).isEqualTo(Position.of(9_000_000_000_000L, 8));
        Logs.appended(direct, "t", "b");
        direct.recorder.awaitLines("t|t|hint 0-1", "t|t|hint 9000000000000-0");
    }
}
