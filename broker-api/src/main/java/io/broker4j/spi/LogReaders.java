package io.broker4j.spi;

import io.broker4j.BrokerEvent;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The readers of a broker's logs: what they share, and the clock that has them read without a hint. All of them are told of a
 * tick together, so a transport can send what idle ones ask in one go.
 */
final class LogReaders {
    private final Transport transport;
    private final Log log;
    private final Registry registry;
    private final Events events;
    private final Troubles troubles;
    private final Later later;
    private final Settings settings;
    private final String memberPrefix;
    private final AtomicInteger members = new AtomicInteger();
    private final Set<Hearer> hearers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ticking = new AtomicBoolean();

    LogReaders(
            Transport transport,
            Log log,
            Registry registry,
            Events events,
            Later later,
            Settings settings,
            String memberPrefix) {
        this.transport = transport;
        this.log = log;
        this.registry = registry;
        this.events = events;
        this.troubles = new Troubles(events);
        this.later = later;
        this.settings = settings;
        this.memberPrefix = memberPrefix;
    }

    Log log() {
        return log;
    }

    Events events() {
        return events;
    }

    Later later() {
        return later;
    }

    /** A name that no other member of any group has. */
    String memberName() {
        return memberPrefix + "-" + members.incrementAndGet();
    }

    Settings settings() {
        return settings;
    }

    /** Has a reader told of hints and ticks; completes when hints are sure to come. */
    CompletableFuture<Void> add(TopicFilter topic, Hearer hearer) {
        hearers.add(hearer);
        tickLater();
        return registry.add(topic, hearer);
    }

    void remove(TopicFilter topic, LogReader reader) {
        hearers.remove(reader);
        registry.remove(topic, reader);
        troubles.end(reader);
    }

    /** Half of what a reader may be silent, since it reads at the second tick without a step of its own. */
    private void tickLater() {
        if (!hearers.isEmpty() && ticking.compareAndSet(false, true)) {
            double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1);
            later.run((long) (settings.poll().toMillis() / 2 * jitter), this::tick);
        }
    }

    private void tick() {
        ticking.set(false);
        tickLater(); // first, since a handler served inline may block
        hearers.forEach(Hearer::ticked);
    }

    /** The medium answers: who waits out a pause after a failure tries again soon. */
    void reachable() {
        hearers.forEach(Hearer::reachable);
    }

    /** A letter is in the group's dead-letter topic, whose log has dropped older ones for it. */
    void buried(DeadLetter letter, String group, long trimmed) {
        Delivery message = letter.message();
        events.emit(
                new BrokerEvent.DeadLettered(message.topic(), group, message.id(), message.attempt(), letter.cause()));
        if (trimmed > 0) {
            events.emit(new BrokerEvent.DeadLettersTrimmed(DeadLetter.topic(group, message.topic()), trimmed));
        }
    }

    /**
     * A reader fails again and again. One that has not begun yet fails for good, unless the link is down: the medium refuses it.
     */
    void troubled(String topic, Source reader, CompletableFuture<Void> begun, Throwable cause) {
        if (begun.isDone()) {
            troubled(topic, reader, cause);
        } else if (transport.health().isUp()) {
            Afterwards.run(
                    () -> begun.completeExceptionally(cause)); // this may be a step taken under a transport's locks
        }
    }

    /** A reader fails again and again at a topic. While the whole link is down that is known. */
    void troubled(String topic, Source reader, Throwable cause) {
        if (transport.health().isUp() && hearers.contains(reader)) {
            troubles.begin(topic, reader, cause);
            if (!hearers.contains(reader)) { // closed meanwhile
                troubles.end(reader);
            }
        }
    }

    void recovered(String topic, Source reader) {
        troubles.end(topic, reader);
    }
}
