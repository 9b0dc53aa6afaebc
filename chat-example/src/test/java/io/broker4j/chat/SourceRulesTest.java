package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What no compiler refuses, in the sources of all modules, tests too. */
class SourceRulesTest {
    private static final Pattern SLEEP = Pattern.compile("\\bThread\\s*\\.\\s*sleep\\s*\\(|TimeUnit\\.\\w+\\.sleep\\(");
    private static final Pattern CONSOLE = Pattern.compile("\\bSystem\\s*\\.\\s*(out|err)\\b");

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*\\*.*$");

    private static List<String> found(Pattern banned, String where) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path source : SamplesTest.below(SamplesTest.ROOT, ".java")) {
            String path = SamplesTest.ROOT.relativize(source).toString();
            String text = COMMENT.matcher(SamplesTest.text(source)).replaceAll("");
            if (path.matches(where) && banned.matcher(text).find()) {
                found.add(path);
            }
        }
        return found;
    }

    private static boolean isProgram(String path) {
        return SamplesTest.text(SamplesTest.ROOT.resolve(path)).contains("public static void main(");
    }

    @Test
    void nobodySleeps() throws IOException {
        assertThat(found(SLEEP, "(broker-|chat-|docs/).*")).isEmpty();
    }

    /** What has a main is a program, and prints; the test of the samples listens to what they print. */
    @Test
    void librariesAndTestsDoNotPrint() throws IOException {
        assertThat(found(CONSOLE, "broker-.*|chat-example/src/test/.*"))
                .allMatch(path -> isProgram(path) || path.endsWith("/SamplesTest.java"));
    }
}
