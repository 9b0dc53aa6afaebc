package io.broker4j.spi;

import io.broker4j.Topic;

/**
 * A valid topic name or a pattern of names, and the one matcher that all transports share (S7): {@code *} stands for one
 * segment, {@code >} for one or more last segments.
 *
 * @param name as written
 */
public record TopicFilter(String name) {

    /**
     * Checks the name.
     *
     * @param name 1–200 characters, wildcards allowed
     * @throws IllegalArgumentException if it is not allowed
     */
    public TopicFilter {
        Topic.checkName(name);
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
        return name.indexOf('*') >= 0 || name.indexOf('>') >= 0;
    }

    /**
     * {@return whether a topic's name matches this filter}
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

    /** {@return the name as written} */
    @Override
    public String toString() {
        return name;
    }
}
