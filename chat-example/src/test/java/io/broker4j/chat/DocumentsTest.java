package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents show code that is compiled and run, and their links lead somewhere. */
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern MESSAGE = Pattern.compile("\\(README#([a-z-]+)\\)");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]*)\">");

    static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(SamplesTest.below(SamplesTest.ROOT.resolve("docs"), ".md"));
        for (String name : List.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md")) {
            documents.add(SamplesTest.ROOT.resolve(name));
        }
        return documents;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void javaIsPartOfASample(Path document) throws IOException {
        List<List<String>> samples = SamplesTest.samples().stream()
                .map(sample -> SamplesTest.text(sample).lines().toList())
                .toList();
        for (List<String> block : javaBlocks(document)) {
            assertThat(samples)
                    .as("one of the samples has these lines:\n%s", String.join("\n", block))
                    .anyMatch(sample -> shows(sample, block));
        }
    }

    private static List<List<String>> javaBlocks(Path document) {
        return Arrays.stream(SamplesTest.text(document).split("(?m)^```java\n", -1))
                .skip(1)
                .map(begun -> begun.substring(0, begun.indexOf("```")).lines().toList())
                .toList();
    }

    /** Whether the block's lines are in the sample, one after another, all indented by as much more. */
    private static boolean shows(List<String> sample, List<String> block) {
        for (int first = 0; first + block.size() <= sample.size(); first++) {
            int more = Math.max(0, sample.get(first).indexOf(block.get(0)));
            if (isIndented(sample.subList(first, first + block.size()), block, " ".repeat(more))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIndented(List<String> lines, List<String> block, String indent) {
        for (int i = 0; i < block.size(); i++) {
            String expected = block.get(i).isEmpty() ? "" : indent + block.get(i);
            if (!lines.get(i).equals(expected)) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadSomewhere(Path document) {
        LINK.matcher(SamplesTest.text(document))
                .results()
                .filter(link -> !link.group(1).contains("://"))
                .forEach(link -> assertLeadsSomewhere(document, link));
    }

    private static void assertLeadsSomewhere(Path document, MatchResult link) {
        Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
        assertThat(Files.exists(target)).as(link.group()).isTrue();
        if (link.group(2) != null) {
            assertThat(anchors(target)).as(link.group()).contains(link.group(2));
        }
    }

    private static Set<String> anchors(Path document) {
        String text = SamplesTest.text(document);
        Stream<String> headings = HEADING.matcher(text)
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'));
        Stream<String> named = ANCHOR.matcher(text).results().map(anchor -> anchor.group(1));
        return Stream.concat(headings, named).collect(Collectors.toSet());
    }

    /** An error message that a user can act on says where to read more. */
    @Test
    void messagesNameAnchorsOfTheReadme() throws IOException {
        Set<String> anchors = anchors(SamplesTest.ROOT.resolve("README.md"));
        List<String> named = new ArrayList<>();
        for (Path source : SamplesTest.below(SamplesTest.ROOT, ".java")) {
            MESSAGE.matcher(SamplesTest.text(source)).results().forEach(match -> named.add(match.group(1)));
        }
        assertThat(named).hasSizeGreaterThan(10);
        assertThat(anchors).containsAll(named);
    }

    @Test
    void theReadmeStaysShort() {
        assertThat(SamplesTest.text(SamplesTest.ROOT.resolve("README.md")).lines())
                .hasSizeLessThanOrEqualTo(200);
        assertThat(SamplesTest.text(SamplesTest.ROOT.resolve("CONTRIBUTING.md")).lines())
                .hasSizeLessThanOrEqualTo(60);
    }
}
