package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;

class RuleReportTest {
    @TempDir
    Path root;

    private Path rules;

    @BeforeEach
    void nameDirectory() {
        rules = root.resolve("module/target/rules");
    }

    private List<RuleResult> recorded(Class<?> tests) throws IOException {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .configurationParameter(RuleRecorder.DIRECTORY, rules.toString())
                .execute();
        return RuleReport.read(root);
    }

    @Test
    void recordsEachRuleOfEachExecutedTest() throws IOException {
        assertThat(recorded(OnPigeons.class))
                .extracting(
                        result -> String.join(" ", result.rule(), result.transport(), result.result(), result.test()))
                .containsExactlyInAnyOrder(
                        "S1 pigeon passed passes",
                        "S2 pigeon passed passes",
                        "S1 pigeon failed fails",
                        "D1 pigeon skipped lacksSomething",
                        "D2 pigeon skipped isDisabled");
    }

    @Test
    void keepsTheReasonOnOneLine() throws IOException {
        assertThat(recorded(OnPigeons.class))
                .filteredOn(result -> result.test().equals("fails"))
                .extracting(RuleResult::reason)
                .singleElement()
                .asString()
                .endsWith("two lines");
    }

    @Test
    void promisesArePassedTestsOnEveryTransport() {
        List<RuleResult> results = new ArrayList<>();
        for (String rule : RuleReport.PROMISED) {
            results.add(new RuleResult(rule, "memory", RuleResult.PASSED, "test", ""));
            results.add(new RuleResult(rule, "pigeon", RuleResult.PASSED, "test", ""));
        }
        assertThat(new RuleReport(List.of("memory", "pigeon"), results).defects())
                .isEmpty();
        results.removeIf(result ->
                result.transport().equals("pigeon") && List.of("P1", "P2").contains(result.rule()));
        results.add(new RuleResult("P2", "pigeon", RuleResult.SKIPPED, "test", "cannot"));
        results.add(new RuleResult("P3", "pigeon", RuleResult.FAILED, "test", "broken"));
        assertThat(new RuleReport(List.of("memory", "pigeon"), results).defects())
                .containsExactly(
                        "not shown: P1 on pigeon: no test",
                        "not shown: P2 on pigeon: 1 skipped",
                        "not shown: P3 on pigeon: 1 passed, 1 failed");
        assertThat(new RuleReport(List.of("memory"), results).defects()).isEmpty();
    }

    @Test
    void printsTheTableAndWhatWasSkipped() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean shown = new RuleReport(List.of("pigeon"), recorded(OnPigeons.class))
                .print(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(shown).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("| S1 | 1 passed, 1 failed |", "| S2 | 1 passed |", "| D1 | 1 skipped |", "| D3 | no test |")
                .contains("skipped: pigeon D1 lacksSomething: no pigeons");
    }

    @Test
    void writesTheTableIntoADocument() throws IOException {
        Path document =
                Files.writeString(root.resolve("doc.md"), "before\n<!-- rules -->\nold\n<!-- /rules -->\nafter\n");
        RuleReport report = new RuleReport(List.of("pigeon"), recorded(OnPigeons.class));
        report.writeInto(document);
        String once = Files.readString(document);
        assertThat(once)
                .startsWith("before\n<!-- rules -->\n")
                .endsWith("\n<!-- /rules -->\nafter\n")
                .contains(report.table())
                .doesNotContain("old");
        report.writeInto(document);
        assertThat(Files.readString(document)).isEqualTo(once);
    }

    /** What a contract is: tests that a subclass inherits together with the class around them. */
    abstract static class Inherited {
        @Nested
        class Group {
            @Test
            @Rule({"S1", "S2"})
            void passes() {
                assertThat(1).isOne();
            }

            @Test
            @Rule("S1")
            void fails() {
                throw new AssertionError("a reason of\n\ttwo lines");
            }
        }

        @Test
        @Rule("D1")
        void lacksSomething() {
            Assumptions.abort("no pigeons");
        }

        @Test
        @Disabled("for this test")
        @Rule("D2")
        void isDisabled() {}
    }

    @OnTransport("pigeon")
    static class OnPigeons extends Inherited {}
}
