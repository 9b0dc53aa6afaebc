package io.broker4j.redis.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.testkit.OnTransport;
import io.broker4j.testkit.RedisServer;
import io.broker4j.testkit.Rule;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A broker that is closed while it connects: a third of them left a resolver's socket behind, some for longer than a second. */
@OnTransport("redis")
class QuickCloseTest {
    private static final int TIMES = 60;
    private static final int LONGEST_LIFE_MILLIS = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @Test
    @Rule("C4")
    void noSocketIsLeftHoweverSoonItIsClosed() {
        SplittableRandom random = new SplittableRandom(1);
        try (RedisServer redis = RedisServer.start()) {
            Broker.open(redis.uri()).close(); // what the JVM opens for itself, once
            long before = Usage.now().sockets();
            for (int i = 0; i < TIMES; i++) {
                Broker broker = Broker.open(redis.uri() + ChaosRun.PATIENT);
                Waiting.pass(Duration.ofMillis(random.nextInt(LONGEST_LIFE_MILLIS)));
                broker.close();
                assertThat(Waiting.until(PATIENCE, () -> Usage.now().sockets() <= before))
                        .as("no more sockets than the " + before + " of before")
                        .isTrue();
            }
        }
    }
}
