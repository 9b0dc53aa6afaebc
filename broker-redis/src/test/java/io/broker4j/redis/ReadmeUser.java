package io.broker4j.redis;

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

    /** The words of its ACL, beginning with {@code on} and the password. */
    static List<String> rules() {
        String line = readme().lines()
                .map(String::strip)
                .filter(each -> each.startsWith(LINE))
                .findFirst()
                .orElseThrow(() -> new AssertionError("README.md has no line that begins with " + LINE));
        List<String> rules =
                new ArrayList<>(List.of(line.substring(LINE.length()).split(" ")));
        if (!rules.remove(UNKNOWN) || !rules.contains(">" + PASSWORD)) {
            throw new AssertionError("README.md: " + line);
        }
        return rules;
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
