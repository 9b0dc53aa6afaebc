package io.broker4j.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Codec;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.broker4j.spi.Transport.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The physical subscriptions of a broker: one per filter, however many subscriptions share it (S6).
 * Its lock keeps the calls to the transport in the order of the decisions; receiving does not take
 * it.
 */
final class Registry {
    private final Transport transport;
    private final Events events;

    @GuardedBy("this")
    private final Map<String, Channel> channels = new HashMap<>();

    Registry(Transport transport, Events events) {
        this.transport = transport;
        this.events = events;
    }

    /** A mailbox, and a future that completes when the mailbox receives. */
    record Entry<T>(Channel channel, Mailbox<T> mailbox, CompletableFuture<Void> live) {}

    /** Passes hints to a reader; completes when the subscription to hints is live. */
    synchronized CompletableFuture<Void> add(TopicFilter filter, HintListener listener) {
        Channel channel = channel(filter);
        channel.add(listener);
        return live(filter, Kind.HINTS, channel.hints());
    }

    synchronized void remove(TopicFilter filter, HintListener listener) {
        Channel channel = channels.get(filter.name());
        if (channel != null && channel.remove(listener)) {
            forget(channel, channel.hasHintListeners(), Kind.HINTS);
        }
    }

    synchronized <T> Entry<T> add(
            TopicFilter filter,
            Codec<T> codec,
            SubscribeOptions options,
            Subscriber<? super T> subscriber,
            Scheduler scheduler) {
        Channel channel = channel(filter);
        Mailbox<T> mailbox = channel.add(codec, options, subscriber, scheduler);
        return new Entry<>(channel, mailbox, live(filter, Kind.LIVE, channel.live()));
    }

    synchronized void remove(Entry<?> entry) {
        Channel channel = entry.channel;
        if (channel.remove(entry.mailbox)) {
            forget(channel, channel.hasMailboxes(), Kind.LIVE);
        }
    }

    @GuardedBy("this")
    private Channel channel(TopicFilter filter) {
        return channels.computeIfAbsent(filter.name(), name -> new Channel(filter, events));
    }

    private CompletableFuture<Void> live(TopicFilter filter, Kind kind, Inlet inlet) {
        try {
            return transport.subscribe(filter, kind, inlet);
        } catch (RuntimeException broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    @GuardedBy("this")
    private void forget(Channel channel, boolean isUsed, Kind kind) {
        if (!isUsed) {
            if (!channel.hasMailboxes() && !channel.hasHintListeners()) {
                channels.remove(channel.filter().name());
            }
            transport.unsubscribe(channel.filter(), kind);
        }
    }

    /** Takes nothing more from the medium. */
    synchronized void stop() {
        channels.values().forEach(Channel::stop);
    }
}
