package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.spi.Log;
import io.broker4j.testkit.Direction;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The connection that a log is read over: what becomes of reads when it is opened, cut, mute or closed. */
class RedisLogConnectionTest extends LogOverRedis {
    @Test
    void aReadThatIsCutFailsAndCanBeRepeated() {
        Logs.appended(direct, "t", "a");
        assertThat(readAgain()).containsExactly("a");
        proxy.cutAfterRequest("XRANGE");
        assertThat(Logs.failure(Logs.of(proxied).read("t", Position.ORIGIN, 10, Logs.MANY_BYTES)))
                .isExactlyInstanceOf(CutOffException.class);
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
