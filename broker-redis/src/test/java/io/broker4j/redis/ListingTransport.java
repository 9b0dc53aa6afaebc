package io.broker4j.redis;

import io.broker4j.Health;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Has each filter with wildcards listed in the ACL before it is subscribed to: they are known only then. */
final class ListingTransport implements Transport {
    private final Transport transport;
    private final Consumer<TopicFilter> list;

    ListingTransport(Transport transport, Consumer<TopicFilter> list) {
        this.transport = transport;
        this.list = list;
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter) {
        if (filter.isPattern()) {
            list.accept(filter);
        }
        return transport.subscribe(filter);
    }

    @Override
    public void start(Receiver receiver) {
        transport.start(receiver);
    }

    @Override
    public CompletableFuture<Void> publish(String topic, Frame frame) {
        return transport.publish(topic, frame);
    }

    @Override
    public void unsubscribe(TopicFilter filter) {
        transport.unsubscribe(filter);
    }

    @Override
    public Optional<Log> log() {
        return transport.log();
    }

    @Override
    public Health health() {
        return transport.health();
    }

    @Override
    public boolean passesReferences() {
        return transport.passesReferences();
    }

    @Override
    public boolean onIoThread() {
        return transport.onIoThread();
    }

    @Override
    public void close(Duration deadline) {
        transport.close(deadline);
    }
}
