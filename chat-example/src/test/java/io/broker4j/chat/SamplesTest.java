package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * The programs in {@code docs/samples} compile without a warning and do what they say: a program prints the lines that its
 * {@code // prints} comments name, a test passes.
 */
class SamplesTest {
    /** Of the repository. */
    static final Path ROOT = root();

    private static final Path SAMPLES = ROOT.resolve("docs/samples");
    private static final String PRINTS = "// prints ";

    @TempDir
    static Path classes;

    private static URLClassLoader loader;

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve("docs/samples"))) {
            directory = directory.getParent();
        }
        return directory;
    }

    @BeforeAll
    static void compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of(
                    "-Xlint:all",
                    "-Werror",
                    "-proc:none",
                    "--release",
                    "17",
                    "-d",
                    classes.toString(),
                    "-cp",
                    System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(
                            complaints, files, null, options, null, files.getJavaFileObjectsFromPaths(samples()))
                    .call();
            assertThat(compiled).as(complaints.toString()).isTrue();
        }
        loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, Thread.currentThread().getContextClassLoader());
    }

    @AfterAll
    static void unload() throws IOException {
        loader.close();
    }

    static List<Path> samples() throws IOException {
        return below(SAMPLES, ".java");
    }

    static List<Path> below(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> programsPrintWhatTheySay() throws IOException {
        return samples().stream()
                .filter(sample -> text(sample).contains("void main("))
                .map(sample -> DynamicTest.dynamicTest(
                        name(sample),
                        () -> assertThat(output(name(sample)).lines()).containsExactlyElementsOf(promised(sample))));
    }

    private static List<String> promised(Path sample) {
        List<String> lines = text(sample)
                .lines()
                .filter(line -> line.startsWith(PRINTS))
                .map(line -> line.substring(PRINTS.length()))
                .toList();
        assertThat(lines).as("lines of " + sample + " beginning with " + PRINTS).isNotEmpty();
        return lines;
    }

    private static String output(String program) throws ReflectiveOperationException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            loader.loadClass(program).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } catch (InvocationTargetException failed) {
            throw new AssertionError(program + " failed", failed.getCause());
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @TestFactory
    Stream<DynamicTest> testsPass() throws IOException {
        return samples().stream()
                .map(SamplesTest::name)
                .filter(name -> name.endsWith("Test"))
                .map(name -> DynamicTest.dynamicTest(name, () -> assertPasses(loader.loadClass(name))));
    }

    private static void assertPasses(Class<?> test) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(test))
                .build();
        launcher.execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        StringWriter failures = new StringWriter();
        summary.printFailuresTo(new PrintWriter(failures));
        assertThat(summary.getFailures()).as(failures.toString()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isPositive();
    }

    private static String name(Path sample) {
        String file = sample.getFileName().toString();
        return file.substring(0, file.length() - ".java".length());
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new AssertionError(file + " cannot be read", unreadable);
        }
    }
}
