package io.broker4j.engine;

import io.broker4j.BrokerEvent;
import io.broker4j.spi.Log;
import io.broker4j.spi.Settings;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The readers of a broker's logs, the objects that they share, and the clock that makes them read without a hint. All
 * readers receive a tick together, so a transport can send the requests of idle readers in one batch.
 */
final class LogReaders {
    private final Transport transport;
    private final Log log;
    private final Registry registry;
    private final Contact contact;
    private final Events events;
    private final Troubles troubles;
    private final SharedReads reads;
    private final Later later;
    private final Settings settings;
    private final String memberPrefix;
    private final AtomicInteger members = new AtomicInteger();
    private final Set<HintListener> hintListeners = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ticking = new AtomicBoolean();

    /** Whether the link was up when a step began, and how many outages had begun by then. */
    record LinkState(boolean isUp, int outages) {}

    LogReaders(
            Transport transport,
            Log log,
            Registry registry,
            Contact contact,
            Later later,
            Settings settings,
            String memberPrefix) {
        this.transport = transport;
        this.log = log;
        this.registry = registry;
        this.contact = contact;
        this.events = contact.events();
        this.troubles = new Troubles(events);
        this.reads = new SharedReads(log);
        this.later = later;
        this.settings = settings;
        this.memberPrefix = memberPrefix;
        contact.onReachable(() -> hintListeners.forEach(HintListener::reachable));
    }

    Log log() {
        return log;
    }

    SharedReads reads() {
        return reads;
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

    /** Passes hints and ticks to a reader from now on; completes when hints are sure to arrive. */
    CompletableFuture<Void> add(TopicFilter topic, HintListener listener) {
        hintListeners.add(listener);
        tickLater();
        return registry.add(topic, listener);
    }

    void remove(TopicFilter topic, LogReader reader) {
        hintListeners.remove(reader);
        registry.remove(topic, reader);
        troubles.end(reader);
    }

    /** Ticks twice per poll interval; a reader that took no step between two ticks reads. */
    private void tickLater() {
        if (!hintListeners.isEmpty() && ticking.compareAndSet(false, true)) {
            long longest = settings.poll().toMillis() / 2;
            later.runBetween(longest * 4 / 5, longest, this::tick);
        }
    }

    private void tick() {
        ticking.set(false);
        tickLater(); // first, since a handler served inline may block
        hintListeners.forEach(HintListener::ticked);
    }

    LinkState linkState() {
        int before = contact.outages(); // read before health, so an outage that begins meanwhile counts as later
        return new LinkState(transport.health().isUp(), before);
    }

    /**
     * The count is read last: an outage that ends during the health check has been counted by then.
     */
    private boolean isUpSince(LinkState before) {
        return before.isUp() && transport.health().isUp() && before.outages() == contact.outages();
    }

    /** Reports a dead letter that was written, and older ones that its log dropped. */
    void buried(DeadLetter letter, String group, long trimmed) {
        Delivery message = letter.message();
        events.emit(
                new BrokerEvent.DeadLettered(message.topic(), group, message.id(), message.attempt(), letter.cause()));
        if (trimmed > 0) {
            events.emit(new BrokerEvent.DeadLettersTrimmed(DeadLetter.topic(group, message.topic()), trimmed));
        }
    }

    /**
     * Called when a reader fails repeatedly. The failure counts only if the link was up during the
     * whole failed step: then the medium refuses the reader's request. It is reported or, if the
     * reader has not begun yet, fails the subscribe.
     */
    void troubled(String topic, Source reader, CompletableFuture<Void> begun, LinkState before, Throwable cause) {
        if (!isUpSince(before)) {
            return;
        }
        if (begun.isDone()) {
            troubled(topic, reader, cause);
        } else {
            DeferredCalls.run(
                    () -> begun.completeExceptionally(cause)); // this may be a step taken under a transport's locks
        }
    }

    /**
     * Reports that a reader fails repeatedly at a topic. Reports nothing while the whole link is
     * down, because that is known.
     */
    void troubled(String topic, Source reader, Throwable cause) {
        if (transport.health().isUp() && hintListeners.contains(reader)) {
            troubles.begin(topic, reader, cause);
            if (!hintListeners.contains(reader)) { // closed meanwhile
                troubles.end(reader);
            }
        }
    }

    /** Reports something that happened to a reader's messages and is already over. */
    void happened(String topic, Source reader, Throwable what) {
        troubles.begin(topic, reader, what);
        troubles.end(topic, reader);
    }

    void recovered(String topic, Source reader) {
        troubles.end(topic, reader);
    }
}
