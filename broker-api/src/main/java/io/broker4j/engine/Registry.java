package io.broker4j.engine;

import io.broker4j.BrokerEvent;
import io.broker4j.Codec;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.spi.Frame;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The physical subscriptions of a broker: one per filter, however many subscriptions share it (S6). Its lock orders the
 * calls to the transport as they were decided; receiving takes no part in it.
 */
final class Registry {
    private final Transport transport;
    private final Events events;

    /** Guarded by this for writing. */
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();

    Registry(Transport transport, Events events) {
        this.transport = transport;
        this.events = events;
    }

    /** A mailbox that receives, and what completes when it is live. */
    record Entry<T>(Channel channel, Mailbox<T> mailbox, CompletableFuture<Void> live) {}

    /** Has a reader told of hints; completes when that is live. */
    synchronized CompletableFuture<Void> add(TopicFilter filter, Hearer hearer) {
        channels.computeIfAbsent(filter.name(), name -> new Channel(filter, events))
                .add(hearer);
        return live(filter);
    }

    synchronized void remove(TopicFilter filter, Hearer hearer) {
        Channel channel = channels.get(filter.name());
        if (channel != null && channel.remove(hearer)) {
            forgetIfEmpty(channel);
        }
    }

    synchronized <T> Entry<T> add(
            TopicFilter filter,
            Codec<T> codec,
            SubscribeOptions options,
            Subscriber<? super T> subscriber,
            Scheduler scheduler) {
        Channel channel = channels.computeIfAbsent(filter.name(), name -> new Channel(filter, events));
        Mailbox<T> mailbox = channel.add(codec, options, subscriber, scheduler);
        return new Entry<>(channel, mailbox, live(filter));
    }

    private CompletableFuture<Void> live(TopicFilter filter) {
        try {
            return transport.subscribe(filter);
        } catch (RuntimeException broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    synchronized void remove(Entry<?> entry) {
        if (entry.channel.remove(entry.mailbox)) {
            forgetIfEmpty(entry.channel);
        }
    }

    private void forgetIfEmpty(Channel channel) {
        if (channel.isEmpty()) {
            channels.remove(channel.filter().name());
            transport.unsubscribe(channel.filter());
        }
    }

    void received(TopicFilter filter, String topic, Frame frame) {
        Channel channel = channels.get(filter.name());
        if (channel == null) {
            events.emit(new BrokerEvent.Ignored(topic, 1, "nobody here subscribes to it any more"));
        } else {
            channel.received(topic, frame);
        }
    }

    void renewed(TopicFilter filter) {
        Channel channel = channels.get(filter.name());
        if (channel != null) {
            channel.renewed();
        }
    }
}
