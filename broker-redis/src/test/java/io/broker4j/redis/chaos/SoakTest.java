package io.broker4j.redis.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.redis.chaos.ChaosRun.Plan;
import io.broker4j.redis.chaos.SoakRun.Result;
import io.broker4j.redis.chaos.Talker.Load;
import io.broker4j.testkit.OnTransport;
import io.broker4j.testkit.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Half a minute of what {@link SoakMain} does for an hour. */
@OnTransport("redis")
class SoakTest {
    private static final Plan HALF_A_MINUTE =
            new Plan(1, Duration.ofSeconds(30), 1, Control.NONE, Load.HEAVY, ChaosRun.PATIENT);
    private static final long MOST_HEAP = 64L << 20;
    private static final long LITTLE_HEAP = 16L << 20;
    /** The JDK keeps one for itself once a socket has been opened. */
    private static final int JDK_SOCKETS = 1;

    /** Three connections and one being made. */
    private static final int MOST_SOCKETS = JDK_SOCKETS + 4;

    private static final int MOST_THREADS = 40;

    @Test
    @Rule("C6")
    @Timeout(180)
    void halfAMinuteOfFaultsNeedsHalfOfASmallHeap() throws Exception {
        Result result = SoakRun.run(HALF_A_MINUTE, "128m", Duration.ofSeconds(3), sample -> {});
        assertThat(result.healed()).isTrue();
        assertThat(result.samples()).hasSizeGreaterThan(5).allSatisfy(sample -> {
            assertThat(sample.usage().heap()).isLessThan(MOST_HEAP);
            assertThat(sample.usage().sockets()).isLessThanOrEqualTo(MOST_SOCKETS);
            assertThat(sample.usage().threads()).isLessThan(MOST_THREADS);
        });
        assertThat(result.after().threads()).isZero();
        assertThat(result.after().sockets()).isLessThanOrEqualTo(JDK_SOCKETS);
        assertThat(result.after().heap()).isLessThan(LITTLE_HEAP);
    }
}
