package io.broker4j.spi;

import io.broker4j.BrokerEvent;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The readers of a broker's logs: what they share, and the clock that has them read without a hint. All of them are told of a
 * tick together, so a transport can send what idle ones ask in one go.
 */
final class LogReaders {
    private final Transport transport;
    private final Log log;
    private final Registry registry;
    private final Events events;
    private final ScheduledExecutorService timer;
    private final Dispatcher dispatcher;
    private final Settings settings;
    private final Set<Hearer> hearers = ConcurrentHashMap.newKeySet();
    private final Set<String> troubled = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ticking = new AtomicBoolean();

    LogReaders(
            Transport transport,
            Log log,
            Registry registry,
            Events events,
            ScheduledExecutorService timer,
            Dispatcher dispatcher,
            Settings settings) {
        this.transport = transport;
        this.log = log;
        this.registry = registry;
        this.events = events;
        this.timer = timer;
        this.dispatcher = dispatcher;
        this.settings = settings;
    }

    Log log() {
        return log;
    }

    Events events() {
        return events;
    }

    ScheduledExecutorService timer() {
        return timer;
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

    void remove(TopicFilter topic, Hearer hearer) {
        hearers.remove(hearer);
        registry.remove(topic, hearer);
    }

    /** Half of what a reader may be silent, since it reads at the second tick without a step of its own. */
    private void tickLater() {
        if (!hearers.isEmpty() && ticking.compareAndSet(false, true)) {
            Duration tick = settings.poll().dividedBy(2);
            double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1);
            try {
                timer.schedule(this::tick, (long) (tick.toNanos() * jitter), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException brokerClosed) {
                hearers.clear();
            }
        }
    }

    /** What is read may be served inline, so not on the timer. */
    private void tick() {
        dispatcher.execute(() -> hearers.forEach(Hearer::ticked));
        ticking.set(false);
        tickLater();
    }

    /** Reading a log fails again and again. While the whole link is down that is known. */
    void troubled(String topic, Throwable cause) {
        if (transport.health().isUp() && troubled.add(topic)) {
            events.emit(new BrokerEvent.Degraded("the log of " + topic + " cannot be read, trying again: " + cause));
        }
    }

    void recovered(String topic) {
        if (troubled.remove(topic) && troubled.isEmpty()) {
            events.emit(new BrokerEvent.Restored());
        }
    }
}
