package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Health.Status;
import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is said of an append that was cut off, given up or refused, and whether it is true. */
class RedisLogOutcomeTest extends LogOverRedis {
    private static Outcome outcome(CompletableFuture<?> append) {
        return ((PublishException) Logs.failure(append)).outcome();
    }

    private void awaitUp() {
        await().atMost(Recorder.GENEROUS).until(() -> proxied.transport.health().publishing() == Status.UP);
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
}
