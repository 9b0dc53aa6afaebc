package io.broker4j.inmemory.broken;

import io.broker4j.Health;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A correct transport with another log. */
final class TamperedTransport implements Transport {
    private final Transport correct;
    private final Optional<Log> log;

    TamperedTransport(Transport correct, Function<Log, Optional<Log>> tamper) {
        this.correct = correct;
        this.log = correct.log().flatMap(tamper);
    }

    @Override
    public void start(Receiver receiver) {
        correct.start(receiver);
    }

    @Override
    public CompletableFuture<Void> publish(String topic, Frame frame) {
        return correct.publish(topic, frame);
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter) {
        return correct.subscribe(filter);
    }

    @Override
    public void unsubscribe(TopicFilter filter) {
        correct.unsubscribe(filter);
    }

    @Override
    public Optional<Log> log() {
        return log;
    }

    @Override
    public Health health() {
        return correct.health();
    }

    @Override
    public boolean passesReferences() {
        return correct.passesReferences();
    }

    @Override
    public boolean onIoThread() {
        return correct.onIoThread();
    }

    @Override
    public void close(Duration deadline) {
        correct.close(deadline);
    }
}
