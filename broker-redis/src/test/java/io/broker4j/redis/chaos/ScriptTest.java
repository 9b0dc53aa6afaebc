package io.broker4j.redis.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.redis.chaos.Script.Step;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScriptTest {

    @Test
    void aSeedAlwaysGivesTheSameScriptAndAnotherSeedAnother() {
        Script script = Script.of(7, Duration.ofSeconds(30));
        assertThat(Script.of(7, Duration.ofSeconds(30))).isEqualTo(script);
        assertThat(Script.of(8, Duration.ofSeconds(30))).isNotEqualTo(script);
    }

    @Test
    void aScriptKeepsToItsLengthAndTwentyOfThemHaveEveryFault() {
        Set<Fault> faults = LongStream.rangeClosed(1, 20)
                .mapToObj(seed -> Script.of(seed, Duration.ofSeconds(30)))
                .peek(script -> assertThat(script.steps().stream()
                                .map(step -> step.pause().plus(step.length()))
                                .reduce(Duration.ZERO, Duration::plus))
                        .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30)))
                .flatMap(script -> script.steps().stream())
                .map(Step::fault)
                .collect(Collectors.toSet());
        assertThat(faults).containsExactlyInAnyOrder(Fault.values());
    }
}
