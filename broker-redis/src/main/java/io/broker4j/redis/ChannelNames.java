package io.broker4j.redis;

import io.broker4j.spi.TopicFilter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Translates topics to Redis channels and globs, and back. Immutable. */
final class ChannelNames {
    private final String start;

    ChannelNames(String prefix) {
        start = prefix.isEmpty() ? "" : prefix + ":";
    }

    /** What comes before the topic in every channel's name. */
    String start() {
        return start;
    }

    /**
     * The channel of a topic or, for a filter with wildcards, a glob that matches at least its
     * topics. Redis's {@code *} also matches several segments; the engine ignores topics that the
     * filter does not match. Two filters may share one glob.
     */
    String of(TopicFilter filter) {
        return start + filter.name().replace('>', '*');
    }

    /** The topic of a channel that a glob matched, or null if it is not the channel of any topic that may be subscribed to. */
    @Nullable
    String topic(byte[] channel) {
        String topic = text(channel).substring(start.length());
        try {
            return TopicFilter.of(topic).isPattern() ? null : topic;
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    /** Names are ASCII. One character per byte keeps names that are not ASCII distinct. */
    static String text(byte[] channel) {
        return new String(channel, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String channel) {
        return channel.getBytes(StandardCharsets.ISO_8859_1);
    }
}
