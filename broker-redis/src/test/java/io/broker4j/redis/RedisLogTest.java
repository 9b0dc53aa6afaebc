package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.BrokerException;
import io.broker4j.Health.Status;
import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.testkit.TcpProxy;
import io.broker4j.testkit.TcpProxy.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisLogTest {
    private RestrictedRedis redis;
    private TcpProxy proxy;
    private Transports direct;
    private Transports proxied;

    @BeforeEach
    void open() {
        redis = RestrictedRedis.startForLogs();
        proxy = TcpProxy.to(redis.port());
        direct = Transports.open(redis.uri());
        proxied = Transports.open(RestrictedRedis.uri(proxy));
    }

    @AfterEach
    void close() {
        direct.close();
        proxied.close();
        proxy.close();
        redis.close();
    }

    private static Log.Batch read(Transports transports, Position from, int max) {
        return Transports.get(Logs.of(transports).read("t", from, max, Logs.MANY_BYTES));
    }

    private static Log.Info info(Transports transports) {
        return Transports.get(Logs.of(transports).info("t"));
    }

    private static Outcome outcome(CompletableFuture<?> append) {
        return ((PublishException) Logs.failure(append)).outcome();
    }

    private void awaitUp() {
        await().atMost(Recorder.GENEROUS).until(() -> proxied.transport.health().publishing() == Status.UP);
    }

    /** Repeats a read until it is answered, as the engine does. */
    private List<String> readAgain() {
        return await().atMost(Recorder.GENEROUS)
                .until(
                        () -> Logs.of(proxied)
                                .read("t", Position.ORIGIN, 100, Logs.MANY_BYTES)
                                .handle((batch, failure) -> failure == null ? Logs.texts(batch) : null)
                                .join(),
                        texts -> texts != null);
    }

    @Test
    void whatWasAppendedComesBackWhole() {
        Map<String, String> headers = Map.of("trace", "a=b&c d\n", "cause", "\u00e4\u20ac\ud83d\ude00", "none", "");
        byte[] payload = {0, 13, 10, (byte) 0xB4, '$'};
        Position position = Transports.get(
                Logs.of(direct).append("t", Frame.logged("some-id", 1_700_000_000_123L, headers, payload), Logs.KEEP));
        Log.Entry entry = read(direct, Position.ORIGIN, 10).entries().get(0);
        assertThat(entry.position()).isEqualTo(position);
        assertThat(entry.frame().id()).isEqualTo("some-id");
        assertThat(entry.frame().publishedAtMillis()).isEqualTo(1_700_000_000_123L);
        assertThat(entry.frame().headers()).isEqualTo(headers);
        assertThat(entry.frame().payloadBytes()).isEqualTo(payload);
    }

    @Test
    void readingIncludesThePositionAndTellsWhetherThereIsMore() {
        Logs.appended(direct, "t", "a");
        Position b = Logs.appended(direct, "t", "b");
        Logs.appended(direct, "t", "c");
        assertThat(Logs.texts(read(direct, b, 10))).containsExactly("b", "c");
        assertThat(read(direct, b, 10).more()).isFalse();
        assertThat(Logs.texts(read(direct, Position.ORIGIN, 2))).containsExactly("a", "b");
        assertThat(read(direct, Position.ORIGIN, 2).more()).isTrue();
        assertThat(read(direct, Position.of(-1, -1), 2).entries()).isEmpty();
    }

    @Test
    void readingBackExcludesThePositionAndGivesTheNewestFirst() {
        Logs.appended(direct, "t", "a");
        Position b = Logs.appended(direct, "t", "b");
        Logs.appended(direct, "t", "c");
        Log log = Logs.of(direct);
        Log.Batch newest = Transports.get(log.readBack("t", Optional.empty(), 2, Logs.MANY_BYTES));
        assertThat(Logs.texts(newest)).containsExactly("c", "b");
        assertThat(newest.more()).isTrue();
        Log.Batch before = Transports.get(log.readBack("t", Optional.of(b), 2, Logs.MANY_BYTES));
        assertThat(Logs.texts(before)).containsExactly("a");
        assertThat(before.more()).isFalse();
        assertThat(Transports.get(log.readBack("t", Optional.of(Position.ORIGIN), 2, Logs.MANY_BYTES))
                        .entries())
                .isEmpty();
    }

    @Test
    void aLogThatDoesNotExistIsAnEmptyOne() {
        assertThat(read(direct, Position.ORIGIN, 10)).isEqualTo(new Log.Batch(List.of(), false));
        assertThat(info(direct)).isEqualTo(new Log.Info(0, 0, Optional.empty(), Position.ORIGIN));
    }

    @Test
    void entriesOfOtherProgramsAreRead() {
        redis.command("XADD", "b4j:t", "77-1", "other", "x", "d", "hello");
        redis.command("XADD", "b4j:t", "77-2", "message", "no payload");
        redis.command("XADD", "b4j:t", "77-3", "d", "x", "t", "yesterday");
        redis.command("XADD", "b4j:t", "77-4", "d", "x", "h", "a=%zz");
        redis.command("XADD", "b4j:t", "18446744073709551615-18446744073709551615", "d", "last");
        List<Log.Entry> entries = read(direct, Position.of(77, 1), 10).entries();
        Frame foreign = entries.get(0).frame();
        assertThat(foreign.id()).isEmpty();
        assertThat(foreign.publishedAtMillis()).isEqualTo(77);
        assertThat(foreign.headers()).isEmpty();
        assertThat(entries.stream().map(entry -> Logs.text(entry.frame())))
                .containsExactly("hello", "", "x", "x", "last");
        assertThat(entries.get(4).position()).isEqualTo(Position.of(-1, -1));
    }

    @Test
    void noMoreIsKeptOfABatchThanItsBytesAndTwoAreAlwaysGiven() {
        byte[] large = new byte[100_000];
        for (int i = 0; i < 100; i++) {
            Logs.of(direct).append("t", Frame.logged("", 1, Map.of(), large), Logs.KEEP);
        }
        Logs.appended(direct, "t", "end");
        Log log = Logs.of(direct);
        Log.Batch million = Transports.get(log.read("t", Position.ORIGIN, 100, 1_000_000));
        assertThat(million.entries()).hasSizeBetween(2, 10);
        assertThat(million.more()).isTrue();
        assertThat(Transports.get(log.read("t", Position.ORIGIN, 100, 1)).entries())
                .hasSize(2);
        assertThat(Transports.get(log.readBack("t", Optional.empty(), 100, 1)).entries())
                .hasSize(1);
    }

    @Test
    void smallEntriesAreReadManyAtATimeOnceTheyAreKnownToBeSmall() {
        List<CompletableFuture<Position>> appends = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            appends.add(Logs.append(direct, "t", Integer.toString(i)));
        }
        appends.forEach(Transports::get);
        await().atMost(Recorder.GENEROUS)
                .until(() -> read(direct, Position.ORIGIN, 1_000).entries().size() == 1_000);
    }

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

    @Test
    void whileDisconnectedEverythingFailsAtOnceAndNothingIsAppendedLater() {
        assertThat(readAgain()).isEmpty();
        proxy.cut();
        await().atMost(Recorder.GENEROUS)
                .until(() -> proxied.transport.health().publishing() == Status.DOWN
                        && proxied.transport.health().receiving() == Status.DOWN);
        CompletableFuture<Position> refused = Logs.append(proxied, "t", "lost");
        assertThat(refused).isCompletedExceptionally();
        assertThat(outcome(refused)).isEqualTo(Outcome.NOT_SENT);
        CompletableFuture<Log.Info> unread = Logs.of(proxied).info("t");
        assertThat(unread).isCompletedExceptionally();
        assertThat(Logs.failure(unread)).hasMessageContaining("not connected to");
        proxy.restore();
        awaitUp();
        Logs.appended(proxied, "t", "sent");
        assertThat(readAgain()).containsExactly("sent");
    }

    @Test
    void anAppendWhoseReplyIsCutIsUnknownAndWasAppendedOnce() {
        proxy.cutAfterRequest("XADD");
        assertThat(outcome(Logs.append(proxied, "t", "once"))).isEqualTo(Outcome.UNKNOWN);
        awaitUp();
        Logs.appended(proxied, "t", "next");
        assertThat(readAgain()).containsExactly("once", "next");
    }

    @Test
    void anAppendThatIsGivenUpIsNotExecutedLate() {
        redis.pause();
        byte[] large = new byte[256 * 1024];
        List<CompletableFuture<Position>> stuck = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            stuck.add(Logs.of(proxied).append("t", Frame.logged("", 1, Map.of(), large), Logs.KEEP));
        }
        stuck.get(0).cancel(false);
        await().atMost(Recorder.GENEROUS)
                .until(() -> proxied.recorder
                        .events()
                        .toString()
                        .contains("no reply to XADD b4j:t within the publish time-out"));
        stuck.subList(1, stuck.size())
                .forEach(each -> assertThat(outcome(each)).isIn(Outcome.UNKNOWN, Outcome.NOT_SENT));
        redis.resume();
        awaitUp();
        Logs.appended(proxied, "t", "done");
        assertThat(info(direct).length()).isLessThan(150);
    }

    @Test
    void everyAppendAroundAnInterruptionEndsAndWhatIsInTheLogWasNotReportedAsNotSent() {
        List<CompletableFuture<Position>> appends = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            appends.add(Logs.of(proxied).append("t", Logs.frame(Integer.toString(i)), Retention.count(100_000)));
            if (i == 10_000) {
                proxy.reset();
            }
            if (i % 500 == 0) {
                appends.get(i).handle((ok, failed) -> failed).join();
            }
        }
        await().atMost(Recorder.GENEROUS).until(() -> appends.stream().allMatch(CompletableFuture::isDone));
        List<String> found = redis.command("XRANGE", "b4j:t", "-", "+")
                .lines()
                .filter(line -> line.startsWith("id-"))
                .toList();
        Set<String> once = Set.copyOf(found);
        assertThat(found).hasSameSizeAs(once);
        for (int i = 0; i < appends.size(); i++) {
            CompletableFuture<Position> append = appends.get(i);
            boolean failed = append.isCompletedExceptionally();
            if (!failed || outcome(append) == Outcome.NOT_SENT) {
                assertThat(once.contains("id-" + i)).isEqualTo(!failed);
            }
        }
    }

    @Test
    void aReadThatIsCutFailsAndCanBeRepeated() {
        Logs.appended(direct, "t", "a");
        assertThat(readAgain()).containsExactly("a");
        proxy.cutAfterRequest("XRANGE");
        assertThat(Logs.failure(Logs.of(proxied).read("t", Position.ORIGIN, 10, Logs.MANY_BYTES)))
                .isExactlyInstanceOf(BrokerException.class);
        assertThat(readAgain()).containsExactly("a");
        proxy.cutAfter(Direction.TO_CLIENT, 20);
        Logs.failure(Logs.of(proxied).read("t", Position.ORIGIN, 10, Logs.MANY_BYTES));
        assertThat(readAgain()).containsExactly("a");
    }

    @Test
    void aReadThatIsNotAnsweredFailsInTimeAndItsConnectionIsReplaced() {
        Logs.appended(direct, "t", "a");
        assertThat(readAgain()).containsExactly("a");
        proxy.stall(Direction.TO_CLIENT);
        assertThat(Logs.failure(Logs.of(proxied).info("t"))).hasMessageContaining("XINFO b4j:t");
        await().atMost(Recorder.GENEROUS)
                .until(() -> proxied.recorder.events().toString().contains("no reply to XINFO b4j:t within 2 s"));
        proxy.unstall(Direction.TO_CLIENT);
        assertThat(readAgain()).containsExactly("a");
    }

    @Test
    void givingUpAReadDisturbsNoOther() {
        Logs.appended(direct, "t", "a");
        assertThat(readAgain()).containsExactly("a");
        redis.pause();
        CompletableFuture<Log.Batch> given = Logs.of(proxied).read("t", Position.ORIGIN, 10, Logs.MANY_BYTES);
        CompletableFuture<Log.Info> kept = Logs.of(proxied).info("t");
        given.cancel(false);
        redis.resume();
        assertThat(Transports.get(kept).length()).isEqualTo(1);
    }

    @Test
    void whatFlushDeleteAndTrimDoIsSeen() {
        Position a = Logs.appended(direct, "t", "a");
        Position b = Logs.appended(direct, "t", "b");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "1");
        assertThat(info(direct)).isEqualTo(new Log.Info(2, 1, Optional.of(b), b));
        assertThat(Logs.texts(read(direct, a, 10))).containsExactly("b");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "0");
        assertThat(info(direct)).isEqualTo(new Log.Info(2, 0, Optional.empty(), b));
        redis.command("DEL", "b4j:t");
        assertThat(info(direct)).isEqualTo(new Log.Info(0, 0, Optional.empty(), Position.ORIGIN));
        Position c = Logs.appended(direct, "t", "c");
        redis.command("FLUSHALL");
        assertThat(read(direct, c, 10)).isEqualTo(new Log.Batch(List.of(), false));
        redis.kill();
        redis.restart();
        Position d = await().atMost(Recorder.GENEROUS)
                .until(
                        () -> Logs.append(direct, "t", "d")
                                .handle((position, failure) -> position)
                                .join(),
                        position -> position != null);
        assertThat(d.isAfter(c)).isTrue();
    }

    @Test
    void refusalsAreRejectedAndSayWhatToDo() {
        redis.command("SET", "b4j:t", "no stream");
        CompletableFuture<Position> wrong = Logs.append(direct, "t", "x");
        assertThat(outcome(wrong)).isEqualTo(Outcome.REJECTED);
        assertThat(Logs.failure(wrong)).hasMessageContaining("WRONGTYPE").hasMessageContaining("key b4j:t holds");
        assertThat(Logs.failure(Logs.of(direct).info("t"))).hasMessageContaining("key b4j:t holds");
        redis.command("DEL", "b4j:t");
        redis.command("CONFIG", "SET", "maxmemory", "1");
        CompletableFuture<Position> full = Logs.append(direct, "t", "x");
        assertThat(outcome(full)).isEqualTo(Outcome.REJECTED);
        assertThat(Logs.failure(full)).hasMessageContaining("maxmemory");
        redis.command("CONFIG", "SET", "maxmemory", "0");
        redis.change("-xrange");
        redis.expectRefusals("command xrange app");
        assertThat(Logs.failure(Logs.of(direct).read("t", Position.ORIGIN, 10, 100)))
                .hasMessageContaining("ACL SETUSER app ~b4j:* " + ErrorReplies.LOG_RIGHTS);
    }

    @Test
    void closingFailsWhatIsUnderWay() {
        assertThat(readAgain()).isEmpty();
        proxy.stall(Direction.TO_CLIENT);
        CompletableFuture<Log.Info> read = Logs.of(proxied).info("t");
        CompletableFuture<Position> append = Logs.append(proxied, "t", "x");
        proxied.close();
        assertThat(Logs.failure(read)).isInstanceOf(BrokerException.class);
        assertThat(Logs.failure(append)).isInstanceOf(PublishException.class);
        assertThat(Logs.of(proxied).info("t")).isCompletedExceptionally();
    }

    @Test
    void closingFailsWhatWaitsForItsConnection() {
        proxy.stall(Direction.TO_CLIENT);
        CompletableFuture<Log.Info> waiting = Logs.of(proxied).info("t");
        proxied.close();
        assertThat(waiting).isCompletedExceptionally();
    }

    @Test
    void theFirstReadWaitsForItsConnection() {
        assertThat(Transports.get(Logs.of(proxied).info("t")).length()).isZero();
        assertThat(proxy.connections()).isEqualTo(2);
    }
}
