package io.broker4j.redis.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.redis.chaos.ChaosRun.Plan;
import io.broker4j.redis.chaos.ChaosRun.Result;
import io.broker4j.redis.chaos.Entry.Outcome;
import io.broker4j.redis.chaos.Talker.Load;
import io.broker4j.testkit.OnTransport;
import io.broker4j.testkit.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One short run of what {@link ChaosMain} runs longer and with many seeds. */
@OnTransport("redis")
class ChaosRunTest {
    private static final Plan SHORT =
            new Plan(33, Duration.ofSeconds(4), 2, Control.NONE, Load.NORMAL, ChaosRun.PATIENT);

    @Test
    @Rule({"P1", "P3", "P4", "S2", "D1", "D7", "D8", "C1", "C4"})
    void noPromiseIsBrokenUnderFaults() throws Exception {
        Result result = ChaosRun.run(SHORT);
        assertThat(result.verdict().violations()).as(() -> shown(result)).isEmpty();
        assertThat(result.figures().faults()).isGreaterThan(1);
        assertThat(result.figures().publishes()).containsKey(Outcome.OK);
        assertThat(result.figures().received()).isGreaterThan(1_000);
    }

    private static String shown(Result result) {
        return result.verdict().violations().stream()
                .findFirst()
                .map(violation -> violation.shown(result.history().origin()))
                .orElse("");
    }
}
