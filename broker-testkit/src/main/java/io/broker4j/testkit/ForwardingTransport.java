package io.broker4j.testkit;

import io.broker4j.Health;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A transport that passes everything on to another one, which is closed with it: the start of one that does something else at
 * one place. As safe for use from any thread as the other.
 */
public class ForwardingTransport implements Transport {
    private final Transport transport;

    /**
     * Over another transport.
     *
     * @param transport not started yet
     */
    protected ForwardingTransport(Transport transport) {
        this.transport = transport;
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
    public CompletableFuture<Void> subscribe(TopicFilter filter) {
        return transport.subscribe(filter);
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
