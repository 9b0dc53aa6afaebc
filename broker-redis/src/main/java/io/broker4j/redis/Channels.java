package io.broker4j.redis;

import io.broker4j.spi.Frame;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The channels and globs that are wanted, or not yet confirmed as gone. Changed with the lock of {@link Subscriptions}, read
 * without it to hand on messages.
 */
final class Channels {
    private final Map<String, ChannelState> byName = new ConcurrentHashMap<>();
    private final ChannelNames names;
    private final Receiver receiver;

    Channels(ChannelNames names, Receiver receiver) {
        this.names = names;
        this.receiver = receiver;
    }

    /** That of a filter, made if there is none. */
    ChannelState of(TopicFilter filter) {
        return byName.computeIfAbsent(names.of(filter), name -> new ChannelState(name, filter));
    }

    @Nullable
    ChannelState find(TopicFilter filter) {
        return byName.get(names.of(filter));
    }

    @Nullable
    ChannelState named(String name) {
        return byName.get(name);
    }

    void remove(ChannelState channel) {
        byName.remove(channel.name());
    }

    Collection<ChannelState> all() {
        return byName.values();
    }

    /** What is broken, for people; empty if nothing is. */
    String trouble() {
        List<ChannelState> broken =
                byName.values().stream().filter(ChannelState::isBroken).toList();
        return broken.isEmpty()
                ? ""
                : broken.size() + " of " + byName.size() + " channels not confirmed, such as "
                        + broken.get(0).describe();
    }

    /** Hands on what has arrived on a channel, {@code name} being that or the glob that it matched. */
    void message(String name, byte[] channel, byte[] body) {
        ChannelState state = byName.get(name);
        if (state == null) {
            return; // nobody has wanted it for long: even the end of it has been confirmed
        }
        String topic = state.topic() == null ? names.topic(channel) : state.topic();
        if (topic != null) {
            Frame frame = Frame.parse(body);
            for (TopicFilter filter : state.filters()) {
                receiver.received(filter, topic, frame);
            }
        }
    }
}
