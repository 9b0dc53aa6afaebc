package io.broker4j.redis.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Gap.Reason;
import io.broker4j.redis.chaos.FanOutRun.Plan;
import io.broker4j.redis.chaos.FanOutRun.Result;
import io.broker4j.testkit.OnTransport;
import io.broker4j.testkit.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A few seconds of what {@link FanOutMain} does for a minute. */
@OnTransport("redis")
class FanOutTest {
    private static final Duration LENGTH = Duration.ofMillis(1_500);

    @Test
    @Rule({"L1", "L2"})
    @Timeout(60)
    void throughCutsAndARestartAllIsReceivedInOrderOnceAndWithoutAGap() throws Exception {
        Result result = FanOutRun.run(new Plan(LENGTH, 1, false, FanOutControl.NONE, 1));
        assertThat(result).matches(Result::isKept);
        assertThat(result.subscribers())
                .allSatisfy(tally -> assertThat(tally.received()).isPositive());
    }

    @Test
    @Rule("L7")
    @Timeout(60)
    void aFlushIsToldToEachSubscriberOnceAndNothingAfterItIsMissed() throws Exception {
        Result result = FanOutRun.run(new Plan(LENGTH, 0, true, FanOutControl.NONE, 1));
        assertThat(result).matches(Result::isKept);
    }

    @Test
    @Timeout(60)
    void whoReadsExclusivelyDoesNotNoticeAFlush() throws Exception {
        Result result = FanOutRun.run(new Plan(LENGTH, 0, true, FanOutControl.EXCLUSIVE, 1));
        assertThat(result.subscribers()).noneMatch(tally -> tally.gaps().contains(Reason.RESET));
    }
}
