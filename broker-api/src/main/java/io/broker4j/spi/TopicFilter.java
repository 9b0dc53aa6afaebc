package io.broker4j.spi;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A valid topic name or a pattern of names, and the one matcher that all transports share (S7): {@code *} stands for one
 * segment, {@code >} for one or more last segments.
 *
 * @param name as written
 */
public record TopicFilter(String name) {
    static final int MAX_LENGTH = 200;
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
    private static final String RULE =
            "1-200 characters, segments of [A-Za-z0-9_:/-]+ joined by '.', not beginning with '__'"
                    + " (to subscribe also '*' for one segment and '>' for one or more last segments)";

    /**
     * Checks the name.
     *
     * @param name 1–200 characters, wildcards allowed
     * @throws IllegalArgumentException if it is not allowed
     */
    public TopicFilter {
        if (!isValid(Objects.requireNonNull(name, "name"))) {
            throw new IllegalArgumentException(
                    "topic name '" + shown(name) + "' is not allowed: " + RULE + " (README#topic-name)");
        }
    }

    private static String shown(String name) {
        String start = name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) + "…" : name;
        return UNPRINTABLE
                .matcher(start)
                .replaceAll(found ->
                        found.group().chars().mapToObj("\\\\u%04x"::formatted).collect(Collectors.joining()));
    }

    /**
     * The filter of a name.
     *
     * @param name 1–200 characters, wildcards allowed
     * @return a filter that equals any other of this name
     * @throws IllegalArgumentException if it is not allowed
     */
    public static TopicFilter of(String name) {
        return new TopicFilter(name);
    }

    /** {@return whether it has wildcards} */
    public boolean isPattern() {
        return isPattern(name);
    }

    /**
     * {@return whether a topic's name is one this filter stands for}
     *
     * @param topic a valid name without wildcards
     */
    public boolean matches(String topic) {
        return isPattern() ? matchesSegments(topic) : name.equals(topic);
    }

    private boolean matchesSegments(String topic) {
        int f = 0;
        int t = 0;
        while (true) {
            int filterEnd = segmentEnd(name, f);
            int topicEnd = segmentEnd(topic, t);
            boolean one = filterEnd - f == 1;
            if (one && name.charAt(f) == '>') {
                return true;
            }
            boolean any = one && name.charAt(f) == '*';
            if (!any && !(filterEnd - f == topicEnd - t && name.regionMatches(f, topic, t, filterEnd - f))) {
                return false;
            }
            boolean filterDone = filterEnd == name.length();
            boolean topicDone = topicEnd == topic.length();
            if (filterDone || topicDone) {
                return filterDone && topicDone;
            }
            f = filterEnd + 1;
            t = topicEnd + 1;
        }
    }

    private static int segmentEnd(String text, int start) {
        int dot = text.indexOf('.', start);
        return dot < 0 ? text.length() : dot;
    }

    private static boolean isPattern(String name) {
        return name.indexOf('*') >= 0 || name.indexOf('>') >= 0;
    }

    private static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH || name.startsWith("__")) {
            return false;
        }
        for (int start = 0; start <= name.length(); ) {
            int end = segmentEnd(name, start);
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

    /** {@return the name as written} */
    @Override
    public String toString() {
        return name;
    }
}
