package io.broker4j.redis;

import io.broker4j.spi.TopicFilter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Topics on one side, Redis channels and globs on the other. Immutable. */
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
     * The channel of a topic, or for a filter with wildcards a glob of at least its topics: Redis's {@code *} also stands for
     * several segments, the engine sorts out what is too much. Two filters may have one glob.
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

    /** Names are ASCII; one character for every byte keeps what is not ASCII apart. */
    static String text(byte[] channel) {
        return new String(channel, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String channel) {
        return channel.getBytes(StandardCharsets.ISO_8859_1);
    }
}
