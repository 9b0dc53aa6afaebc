package io.broker4j.testkit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The table rule × transport of tests that were executed, from the files that {@link Rule} writes. Needs nothing but the
 * JDK:
 *
 * <pre>{@code
 * java -cp broker-testkit/target/classes io.broker4j.testkit.RuleReport . memory,redis docs/guarantees.md
 * }</pre>
 *
 * <p>Looks for {@code target/rules} anywhere below the first argument, prints the table for the transports named, and, given
 * a document, writes the table between its lines {@value #BEGIN} and {@value #END}. Exit status 1 if a promised rule has a
 * failed test on one of these transports, or none that passed.
 */
public final class RuleReport {
    static final String BEGIN = "<!-- rules -->";
    static final String END = "<!-- /rules -->";

    static final List<String> PROMISED = List.of(
            "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "D1",
            "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10",
            "C1", "C2", "C3", "C4", "C5", "C6");

    private final List<String> transports;
    private final List<RuleResult> results;

    RuleReport(List<String> transports, List<RuleResult> results) {
        this.transports = transports;
        this.results = results;
    }

    /**
     * Prints the table and checks it.
     *
     * @param arguments directory, transports separated by commas, and optionally a document
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String... arguments) throws IOException {
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("usage: RuleReport DIRECTORY TRANSPORT,… [DOCUMENT]");
            System.exit(2);
        }
        RuleReport report = new RuleReport(List.of(arguments[1].split(",")), read(Path.of(arguments[0])));
        if (arguments.length == 3) {
            report.writeInto(Path.of(arguments[2]));
        }
        System.exit(report.print(System.out) ? 0 : 1);
    }

    static List<RuleResult> read(Path root) throws IOException {
        List<RuleResult> results = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(RuleReport::isRecord).sorted().toList()) {
                Files.readAllLines(file).forEach(line -> results.add(RuleResult.ofLine(line)));
            }
        }
        return results;
    }

    private static boolean isRecord(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        return file.toString().endsWith(".tsv") && directory != null && directory.endsWith(Path.of("target", "rules"));
    }

    /** Whether every promised rule is shown on every transport. */
    boolean print(PrintStream out) {
        out.print(table());
        results.stream()
                .filter(result -> result.result().equals(RuleResult.SKIPPED) && transports.contains(result.transport()))
                .map(result -> "skipped: " + result.transport() + " " + result.rule() + " " + result.test() + ": "
                        + result.reason())
                .distinct()
                .forEach(out::println);
        List<String> defects = defects();
        defects.forEach(out::println);
        return defects.isEmpty();
    }

    /** Markdown: a line per rule, a column per transport. */
    String table() {
        StringBuilder table = new StringBuilder(
                "| rule | " + String.join(" | ", transports) + " |\n|" + " --- |".repeat(transports.size() + 1) + "\n");
        for (String rule : PROMISED) {
            table.append("| ").append(rule);
            transports.forEach(transport -> table.append(" | ").append(cell(rule, transport)));
            table.append(" |\n");
        }
        return table.toString();
    }

    /** What keeps the promises from being shown, a line each. */
    List<String> defects() {
        List<String> defects = new ArrayList<>();
        for (String transport : transports) {
            for (String rule : PROMISED) {
                if (count(rule, transport, RuleResult.FAILED) > 0 || count(rule, transport, RuleResult.PASSED) == 0) {
                    defects.add("not shown: " + rule + " on " + transport + ": " + cell(rule, transport));
                }
            }
        }
        return defects;
    }

    private String cell(String rule, String transport) {
        List<String> counts = new ArrayList<>();
        for (String result : List.of(RuleResult.PASSED, RuleResult.FAILED, RuleResult.SKIPPED)) {
            long count = count(rule, transport, result);
            if (count > 0) {
                counts.add(count + " " + result);
            }
        }
        return counts.isEmpty() ? "no test" : String.join(", ", counts);
    }

    private long count(String rule, String transport, String result) {
        return results.stream()
                .filter(one -> one.rule().equals(rule)
                        && one.transport().equals(transport)
                        && one.result().equals(result))
                .count();
    }

    void writeInto(Path document) throws IOException {
        String text = Files.readString(document);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(
                    document + " needs a line " + BEGIN + " and after it a line " + END + " to put the table between");
        }
        Files.writeString(document, text.substring(0, begin) + BEGIN + "\n\n" + table() + "\n" + text.substring(end));
    }
}
