package io.broker4j.inmemory.broken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import io.broker4j.testkit.BrokerContract;
import io.broker4j.testkit.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * The contract finds each broken broker out, by the rules that it breaks and by no other. Several classes share the work, so
 * that they run side by side.
 *
 * <p>Each runs the groups with tests of the rules that it breaks; with {@code -Dbroken.whole=true} all groups, which takes
 * minutes and shows that nothing unrelated fails.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class BrokenBrokers {
    private static final int MINUTES = 8;
    private static final boolean WHOLE = Boolean.getBoolean("broken.whole");

    /** Those with tests of durable topics, where a log is looked for that is broken: the others do without one. */
    private static final Set<String> WITH_LOGS = Set.of(
            "Durable",
            "DurableLoss",
            "DurableUse",
            "Figures",
            "Group",
            "GroupRetry",
            "GroupSharing",
            "History",
            "Interruption",
            "Starting",
            "TakenBack");

    /** Side by side these would only show how many threads the machine can start in a second. */
    private static final String WITH_HUNDREDS_OF_THREADS = "ManyHandlers";

    /** Silent during these runs, which provoke tens of thousands of failures and log a stack trace for each. */
    private static final Logger LOG = Logger.getLogger("io.broker4j");

    @TempDir
    static Path directory;

    /** Some groups of tests at a time, because most of their time is waiting; with many more, tests would fail for lack of time. */
    private final ExecutorService runs = Executors.newFixedThreadPool(5, BrokenBrokers::inGroupOfItsOwn);

    abstract Stream<List<Class<? extends BrokenContract>>> broken();

    @BeforeAll
    void hush() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    void end() {
        runs.shutdownNow();
        LOG.setLevel(null);
    }

    @TestFactory
    Stream<DynamicTest> breaksTheRulesItNamesAndNoOther() {
        List<Class<? extends BrokenContract>> broken =
                broken().flatMap(List::stream).toList();
        Map<Class<?>, CompletableFuture<Void>> results = new HashMap<>();
        broken.forEach(contract -> results.put(contract, run(contract)));
        return broken.stream()
                .map(contract -> DynamicTest.dynamicTest(contract.getSimpleName(), () -> {
                    results.get(contract).get(MINUTES, TimeUnit.MINUTES);
                    check(contract);
                }));
    }

    private CompletableFuture<Void> run(Class<?> contract) {
        Set<String> rules = Set.of(contract.getAnnotation(MustFail.class).value());
        boolean isLog = BrokenLogContract.class.isAssignableFrom(contract);
        return CompletableFuture.allOf(Stream.of(BrokerContract.class.getDeclaredClasses())
                .filter(group -> group.isAnnotationPresent(Nested.class))
                .filter(group -> !isLog || WITH_LOGS.contains(group.getSimpleName()))
                .filter(group -> rules.contains("D4") || !group.getSimpleName().equals(WITH_HUNDREDS_OF_THREADS))
                .filter(group -> WHOLE || rules.isEmpty() || shows(group, rules))
                .map(group -> CompletableFuture.runAsync(() -> run(contract, group), runs))
                .toArray(CompletableFuture[]::new));
    }

    private static boolean shows(Class<?> group, Set<String> rules) {
        return Stream.of(group.getSuperclass().getDeclaredMethods())
                .map(test -> test.getAnnotation(Rule.class))
                .filter(Objects::nonNull)
                .anyMatch(rule -> Stream.of(rule.value()).anyMatch(rules::contains));
    }

    private static void run(Class<?> contract, Class<?> group) {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectNestedClass(List.of(contract), group))
                .configurationParameter(
                        "io.broker4j.testkit.rules", rules(contract).toString())
                .execute();
    }

    private static Path rules(Class<?> contract) {
        return directory.resolve(contract.getSimpleName());
    }

    /** So that no contract sees the threads of another (C4). */
    private static Thread inGroupOfItsOwn(Runnable run) {
        Thread thread = new Thread(new ThreadGroup("broken"), run);
        thread.setDaemon(true);
        return thread;
    }

    private static void check(Class<?> contract) throws IOException {
        Map<String, String> failed = failed(rules(contract));
        MustFail expected = contract.getAnnotation(MustFail.class);
        assertThat(failed.keySet()).as("rules that failed").containsAll(List.of(expected.value()));
        List.of(expected.value()).forEach(failed::remove);
        List.of(expected.collateral()).forEach(failed::remove);
        assertThat(failed).as("unrelated rules that failed").isEmpty();
    }

    /** Why each rule failed, from lines of rule, transport, result, test and reason. */
    private static Map<String, String> failed(Path rules) throws IOException {
        Map<String, String> failed = new TreeMap<>();
        try (Stream<Path> files = Files.list(rules)) {
            for (Path file : files.toList()) {
                Files.readAllLines(file).stream()
                        .map(line -> line.split("\t"))
                        .filter(fields -> fields[2].equals("failed"))
                        .forEach(fields -> failed.put(fields[0], fields[3] + ": " + fields[4]));
            }
        }
        return failed;
    }
}
