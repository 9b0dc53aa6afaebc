package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.testkit.RedisServer;
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
    /** Asked for by clients since Redis 7.2. A server that does not know it refuses the whole line. */
    static final String SINCE_7_2 = "client|setinfo";

    static final boolean KNOWN = isKnown(SINCE_7_2);

    private ReadmeUser() {}

    /** The words of its ACL, beginning with {@code on} and the password; for live topics. */
    static List<String> rules() {
        List<String> rules = new ArrayList<>(line(0));
        assertThat(rules).as("README.md").contains("+" + SINCE_7_2, ">" + PASSWORD);
        if (!KNOWN) {
            rules.remove("+" + SINCE_7_2);
        }
        return rules;
    }

    private static boolean isKnown(String command) {
        try (RedisServer server = RedisServer.start()) {
            return server.command("ACL", "CAT", "connection").lines().anyMatch(command::equals);
        }
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
