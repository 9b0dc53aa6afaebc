package io.broker4j.redis;

import io.broker4j.redis.ChannelState.Phase;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.TopicFilter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The channels and globs that are wanted, or whose end is not confirmed yet. They are changed under
 * the lock of {@link WantedChannels}; the delivery of messages reads them without the lock.
 */
final class Channels {
    private final Map<String, ChannelState> byName = new ConcurrentHashMap<>();
    private final ChannelNames names;
    private final Probe probe;
    private final int database;
    private final @Nullable ChannelState probed;

    Channels(ChannelNames names, Probe probe, int database) {
        this.names = names;
        this.probe = probe;
        this.database = database;
        String topic = probe.topic();
        probed = topic == null ? null : ChannelState.always(names.start() + topic, topic);
        if (probed != null) {
            byName.put(probed.name(), probed);
        }
    }

    /** The state of a filter's channel, created if there is none. */
    ChannelState of(TopicFilter filter) {
        return byName.computeIfAbsent(names.of(filter), name -> ChannelState.of(name, filter));
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

    /** Whether every wanted channel is confirmed. */
    boolean areConfirmed() {
        return byName.values().stream().allMatch(channel -> channel.phase() == Phase.ACTIVE || !channel.isWanted());
    }

    /** What is broken, for people; empty if nothing is broken. */
    String trouble() {
        List<ChannelState> broken =
                byName.values().stream().filter(ChannelState::isBroken).toList();
        return broken.isEmpty()
                ? ""
                : broken.size() + " of " + byName.size() + " channels not confirmed, such as "
                        + broken.get(0).describe();
    }

    /** Tells the probe if the confirmed channel is its own. */
    void confirmed(ChannelState channel, SubscribeLink link) {
        if (channel == probed) {
            probe.confirmed(link);
        }
    }

    /** Delivers a message; {@code name} is its channel, or the glob that the channel matched. */
    void message(String name, byte[] channel, byte[] body) {
        ChannelState state = byName.get(name);
        if (state == null) {
            return; // the end of this subscription is confirmed already
        }
        if (state == probed) {
            probe.arrived(body);
            return;
        }
        String topic = state.topic() == null ? names.topic(channel) : state.topic();
        if (topic != null) {
            Frame frame = Frame.parse(body);
            if (frame instanceof Frame.Hint hint && hint.store() != database) {
                return; // Pub/Sub knows no databases: the hint is for a log of the same name in another database
            }
            for (Inlet inlet : state.inlets()) {
                inlet.received(topic, frame);
            }
        }
    }
}
