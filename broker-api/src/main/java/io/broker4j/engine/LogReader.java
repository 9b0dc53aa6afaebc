package io.broker4j.engine;

import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.TopicFilter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads a log for one subscription: takes one step of its {@link Loop} at a time and writes to its {@link Intake}. */
abstract class LogReader implements Feed, HintListener, Source, Loop.Steps {
    final LogReaders readers;
    final TopicFilter topic;
    final Intake intake;
    final Loop loop;

    /**
     * The state of the link when the last step began; only updated after a failure. Used by the
     * thread that takes a step.
     */
    private LogReaders.LinkState link = new LogReaders.LinkState(false, 0);

    <T> LogReader(
            LogReaders readers,
            Topic<T> topic,
            SubscribeOptions options,
            Subscriber<? super T> subscriber,
            Scheduler scheduler) {
        this.readers = readers;
        this.topic = TopicFilter.of(topic.name());
        this.intake = Intake.of(this, topic, options, subscriber, scheduler, readers.events());
        this.loop = new Loop(this, readers.later());
    }

    /** Begins to read. */
    abstract void begin();

    /** Completes when the start is fixed (S1). */
    abstract CompletableFuture<Void> begun();

    /** Takes the next step. */
    abstract CompletableFuture<?> advance();

    @Override
    public final CompletableFuture<?> step() {
        if (loop.trouble().isPresent()) {
            link = readers.linkState();
        }
        return advance();
    }

    @Override
    public final void troubled(Throwable cause) {
        readers.troubled(topic.name(), this, begun(), link, cause);
    }

    @Override
    public void renewed() {
        loop.wakeAtOnce();
    }

    @Override
    public final void reachable() {
        loop.hasten();
    }

    @Override
    public final void swept() {
        loop.proceed();
    }

    @Override
    public final void recovered() {
        readers.recovered(topic.name(), this);
    }

    @Override
    public final String topic() {
        return topic.name();
    }

    @Override
    public final Optional<Throwable> trouble() {
        return loop.trouble();
    }

    @Override
    public final Mailbox<?> mailbox() {
        return intake.mailbox();
    }
}
