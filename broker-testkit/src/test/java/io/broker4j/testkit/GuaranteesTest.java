package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The specification says which groups of the contract kit show a rule. */
class GuaranteesTest {
    private static final Pattern ROW = Pattern.compile("\\| (\\w\\d+) \\|[^|]*\\|[^|]*\\|([^|]*)\\|[^|]*\\|");

    @Test
    void theColumnShownByNamesTheGroupsWithTestsOfTheRule() throws IOException {
        assertThat(named()).isNotEmpty().isEqualTo(shown());
    }

    /** By rule; what is no group is in backticks, or explained in more than one word. */
    private static Map<String, Set<String>> named() throws IOException {
        Map<String, Set<String>> named = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("../docs/guarantees.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                List.of(row.group(2).split("[,;]")).stream()
                        .map(String::strip)
                        .filter(group -> group.matches("\\w+"))
                        .forEach(group -> add(named, row.group(1), group));
            }
        }
        return named;
    }

    private static Map<String, Set<String>> shown() {
        Map<String, Set<String>> shown = new TreeMap<>();
        for (Class<?> group : BrokerContract.class.getDeclaredClasses()) {
            for (Method test : group.getSuperclass().getDeclaredMethods()) {
                if (test.isAnnotationPresent(Rule.class)) {
                    List.of(test.getAnnotation(Rule.class).value())
                            .forEach(rule -> add(shown, rule, group.getSimpleName()));
                }
            }
        }
        return shown;
    }

    private static void add(Map<String, Set<String>> groups, String rule, String group) {
        groups.computeIfAbsent(rule, absent -> new TreeSet<>()).add(group);
    }
}
