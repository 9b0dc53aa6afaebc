package io.broker4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes the outcome of every test that carries {@link Rule} at once, so that nothing is lost if the JVM dies. One file per
 * test class, begun anew by each JVM: test runs in several processes don't overwrite each other, and what is there is from
 * the last run.
 */
final class RuleRecorder implements TestWatcher {
    static final String DIRECTORY = "io.broker4j.testkit.rules";
    private static final Set<Path> BEGUN = ConcurrentHashMap.newKeySet();

    @Override
    public void testSuccessful(ExtensionContext context) {
        record(context, RuleResult.PASSED, "");
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        record(context, RuleResult.FAILED, String.valueOf(cause));
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        record(context, RuleResult.SKIPPED, cause == null ? "" : String.valueOf(cause.getMessage()));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        record(context, RuleResult.SKIPPED, reason.orElse(""));
    }

    private static void record(ExtensionContext context, String result, String reason) {
        Method method = context.getRequiredTestMethod();
        Class<?> outermost = outermost(context);
        OnTransport named = outermost.getAnnotation(OnTransport.class);
        String transport = named == null ? outermost.getSimpleName() : named.value();
        StringBuilder lines = new StringBuilder();
        for (String rule : method.getAnnotation(Rule.class).value()) {
            lines.append(new RuleResult(rule, transport, result, method.getName(), reason).toLine());
        }
        append(directory(context).resolve(outermost.getName() + ".tsv"), lines.toString());
    }

    /** Of nested classes that a contract inherits, the class that Java says encloses them is the contract, not the test. */
    private static Class<?> outermost(ExtensionContext context) {
        Class<?> outermost = context.getRequiredTestClass();
        Optional<ExtensionContext> enclosing = context.getParent();
        while (enclosing.isPresent() && enclosing.get().getTestClass().isPresent()) {
            outermost = enclosing.get().getRequiredTestClass();
            enclosing = enclosing.get().getParent();
        }
        return outermost;
    }

    private static Path directory(ExtensionContext context) {
        return Path.of(context.getConfigurationParameter(DIRECTORY).orElse("target/rules"));
    }

    private static synchronized void append(Path file, String lines) {
        try {
            Path absolute = file.toAbsolutePath();
            Files.createDirectories(absolute.getParent());
            if (BEGUN.add(absolute)) {
                Files.deleteIfExists(absolute);
            }
            Files.writeString(
                    absolute, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(
                    "cannot record rules, name another directory with the JUnit configuration" + " parameter "
                            + DIRECTORY,
                    unwritable);
        }
    }
}
