package io.broker4j;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rule for names of topics. */
final class TopicNames {
    static final int MAX_LENGTH = 200;
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
    private static final String RULE =
            "1-200 characters, segments of [A-Za-z0-9_:/-]+ joined by '.', not beginning with '__'"
                    + " (to subscribe also '*' for one segment and '>' for one or more last segments)";

    private TopicNames() {}

    static String check(String name) {
        if (!isValid(Objects.requireNonNull(name, "name"))) {
            throw new IllegalArgumentException(
                    "topic name '" + printable(name) + "' is not allowed: " + RULE + " (README#topic-name)");
        }
        return name;
    }

    private static String printable(String name) {
        String start = name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) + "…" : name;
        return UNPRINTABLE
                .matcher(start)
                .replaceAll(found ->
                        found.group().chars().mapToObj("\\\\u%04x"::formatted).collect(Collectors.joining()));
    }

    private static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH || name.startsWith("__")) {
            return false;
        }
        for (int start = 0; start <= name.length(); ) {
            int dot = name.indexOf('.', start);
            int end = dot < 0 ? name.length() : dot;
            if (!isValidSegment(name, start, end)) {
                return false;
            }
            start = end + 1;
        }
        return true;
    }

    private static boolean isValidSegment(String name, int start, int end) {
        if (end - start == 1 && (name.charAt(start) == '*' || name.charAt(start) == '>')) {
            return name.charAt(start) == '*' || end == name.length();
        }
        for (int i = start; i < end; i++) {
            char c = name.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letterOrDigit && "_:/-".indexOf(c) < 0) {
                return false;
            }
        }
        return end > start;
    }
}
