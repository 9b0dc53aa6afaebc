package io.broker4j.testkit;

/** Outcome of one executed test, for one of the rules that it shows: a line of a file in {@code target/rules}. */
record RuleResult(String rule, String transport, String result, String test, String reason) {
    static final String PASSED = "passed";
    static final String FAILED = "failed";
    static final String SKIPPED = "skipped";

    String toLine() {
        return String.join("\t", rule, transport, result, test, reason.replaceAll("\\s+", " ")) + "\n";
    }

    static RuleResult ofLine(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 5) {
            throw new IllegalArgumentException(
                    "'" + line + "' must be rule, transport, result, test and reason, separated by tabs");
        }
        return new RuleResult(fields[0], fields[1], fields[2], fields[3], fields[4]);
    }
}
