package io.broker4j.inmemory;

import io.broker4j.Broker;
import io.broker4j.PublishException.Outcome;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Settings;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.FaultHarness;
import io.broker4j.testkit.Medium;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A medium of its own per test, disturbed by its public switches. */
public class InMemoryHarness implements Medium, FaultHarness {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name = "kit" + COUNT.incrementAndGet();
    private final InMemoryMedium medium = InMemoryMedium.named(name);
    private final Map<String, Long> saved = new ConcurrentHashMap<>();
    private final List<Broker> brokers = new CopyOnWriteArrayList<>();

    @Override
    public Broker connect(String... parameters) {
        Locator locator = Locator.parse(medium.locator() + "?" + String.join("&", parameters));
        InMemoryTransportProvider provider = new InMemoryTransportProvider();
        Broker broker =
                Engine.open(Settings.from(locator.parameters()), receiver -> front(provider.open(locator, receiver)));
        brokers.add(broker);
        return broker;
    }

    /** What brokers get in place of their transport. */
    protected Transport front(Transport transport) {
        return transport;
    }

    @Override
    public FaultHarness faults() {
        return this;
    }

    @Override
    public void cut() {
        medium.disconnectAll();
    }

    @Override
    public void restore() {
        medium.inject(Faults.NONE);
        medium.loseHints(false);
        medium.resume();
        medium.reconnectAll();
    }

    /** There is no process to end: what brokers see of a restart is that all links go and come back. */
    @Override
    public void restart() {
        medium.disconnectAll();
        medium.reconnectAll();
    }

    @Override
    public void stall() {
        medium.stall();
    }

    /** The next one, which is all that the contract publishes until {@code restore}. */
    @Override
    public void reject() {
        medium.failNext(Outcome.REJECTED);
    }

    @Override
    public void drop() {
        medium.inject(Faults.NONE.withDrop(1));
    }

    @Override
    public void duplicate() {
        medium.inject(Faults.NONE.withDuplicate(1));
    }

    @Override
    public void swap() {
        medium.inject(Faults.NONE.withReorder(1));
    }

    @Override
    public void isolate(Broker broker) {
        medium.disconnect(broker);
    }

    @Override
    public void loseHints() {
        medium.loseHints(true);
    }

    @Override
    public void trimLog(String topic, int kept) {
        medium.trim(topic, kept);
    }

    @Override
    public void deleteLog(String topic) {
        medium.reset(topic);
    }

    @Override
    public void saveLog(String topic) {
        saved.put(
                topic,
                inside(medium ->
                        medium.logs().existing(topic).orElseThrow().info().added()));
    }

    @Override
    public void takeBackLog(String topic) {
        long newest = Objects.requireNonNull(saved.get(topic));
        inside(medium -> {
            medium.turns()
                    .atRest(() -> medium.logs().existing(topic).orElseThrow().takeBack(newest));
            return newest;
        });
    }

    @Override
    public int subscriptionsTo(String topic) {
        return inside(medium -> (int) Arrays.stream(medium.routes().to(topic))
                .filter(target -> target.filter().name().equals(topic))
                .count());
    }

    private <T> T inside(Function<Loopback, T> action) {
        SharedMedium shared = SharedMedium.acquire(name);
        try {
            return action.apply(shared.loopback());
        } finally {
            shared.release();
        }
    }

    /** How many brokers the medium still knows. */
    @Override
    public int connections() {
        return (int) brokers.stream().filter(this::isOpen).count();
    }

    private boolean isOpen(Broker broker) {
        try {
            medium.reconnect(broker);
            return true;
        } catch (IllegalArgumentException closed) {
            return false;
        }
    }

    @Override
    public void close() {
        medium.close();
    }
}
