package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The user that the README's ACL line makes, as whom the suite runs: so the line is enough, and says no more than is needed. */
final class ReadmeUser {
    static final String NAME = "app";
    static final String PASSWORD = "secret";

    private static final String LINE = "ACL SETUSER " + NAME + " ";
    /** Wanted by Redis 7.2 and later, unknown to the 7.0 that the suite runs on. */
    private static final String UNKNOWN = "+client|setinfo";

    private ReadmeUser() {}

    /** The words of its ACL, beginning with {@code on} and the password; for live topics. */
    static List<String> rules() {
        List<String> rules = new ArrayList<>(line(0));
        if (!rules.remove(UNKNOWN) || !rules.contains(">" + PASSWORD)) {
            throw new AssertionError("README.md: " + rules);
        }
        return rules;
    }

    /** The words that durable topics add. */
    static List<String> logRules() {
        return line(1);
    }

    private static List<String> line(int index) {
        List<String> lines = readme().lines()
                .map(String::strip)
                .filter(each -> each.startsWith(LINE))
                .toList();
        assertThat(lines).as("lines of README.md that begin with " + LINE).hasSize(2);
        return List.of(lines.get(index).substring(LINE.length()).split(" "));
    }

    /** The commands that it may use. */
    static List<String> commands() {
        return rules().stream()
                .filter(rule -> rule.startsWith("+"))
                .map(rule -> rule.substring(1))
                .toList();
    }

    static String uri(int port) {
        return "redis://" + NAME + ":" + PASSWORD + "@127.0.0.1:" + port;
    }

    private static String readme() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(directory.resolve("README.md"))) {
            directory = directory.getParent();
        }
        try {
            return Files.readString(directory.resolve("README.md"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
