package io.broker4j.redis.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.redis.chaos.GroupMember.Acknowledges;
import io.broker4j.redis.chaos.KillsRun.Plan;
import io.broker4j.redis.chaos.KillsRun.Result;
import io.broker4j.testkit.OnTransport;
import io.broker4j.testkit.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A few of the deaths of which {@link KillsMain} has 200. */
@OnTransport("redis")
class KillsTest {

    @Test
    @Rule({"L3", "L4", "L6"})
    @Timeout(120)
    void whatMembersHadWhenTheyWereKilledIsHandledByOthers() throws Exception {
        Result result = KillsRun.run(new Plan(6, 1, Acknowledges.AFTERWARDS), killed -> {});
        assertThat(result).matches(Result::isKept);
        assertThat(result.acknowledged()).isPositive();
        assertThat(result.redelivered()).isPositive();
    }

    /** Nothing is lost in a run whose members happen to be idle when they are killed. */
    @Test
    @Timeout(120)
    void membersThatAcknowledgeFirstLoseMessages() throws Exception {
        long lost = 0;
        for (int seed = 1; lost == 0 && seed <= 5; seed++) {
            lost = KillsRun.run(new Plan(3, seed, Acknowledges.FIRST), killed -> {})
                    .lost();
        }
        assertThat(lost).isPositive();
    }
}
