package io.broker4j.testkit;

import io.broker4j.Health;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Log;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A transport that passes everything on to another one and closes it too. A subclass changes what it overrides. As safe for
 * use from any thread as the other one.
 */
public class ForwardingTransport implements Transport {
    private final Transport transport;

    /**
     * Over another transport.
     *
     * @param transport owned by this one
     */
    protected ForwardingTransport(Transport transport) {
        this.transport = transport;
    }

    @Override
    public Outlet outlet(String topic) {
        return transport.outlet(topic);
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        return transport.subscribe(filter, kind, inlet);
    }

    @Override
    public void unsubscribe(TopicFilter filter, Kind kind) {
        transport.unsubscribe(filter, kind);
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
