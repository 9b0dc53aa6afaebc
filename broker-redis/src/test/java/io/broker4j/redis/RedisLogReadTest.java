package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Position;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is read of a log, whoever has written it, and of what is no longer there. */
class RedisLogReadTest extends LogOverRedis {
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
}
