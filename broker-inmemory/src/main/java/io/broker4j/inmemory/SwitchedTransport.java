package io.broker4j.inmemory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.ClosedException;
import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Retention;
import io.broker4j.inmemory.InMemoryTransport.Wanted;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Log;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A transport behind switches: its link can be cut, its publishes pass {@link PublishFaults} and its frames a
 * {@link BadNetwork}. Its lock is taken after the turns of topics; futures are completed after it is released.
 */
final class SwitchedTransport implements Transport {

    /** A wanted subscription. */
    private final class Subscription {
        private final Wanted wanted;
        private final BadNetwork.Path path;
        /** Calls that wait until it is live. */
        private final List<CompletableFuture<Void>> waiting = new ArrayList<>(1);

        private boolean live;
        private boolean wasLive;

        Subscription(Wanted wanted, Inlet inlet) {
            this.wanted = wanted;
            this.path = network.path(receiver, inlet);
        }

        void begin() {
            if (live) {
                return;
            }
            live = true;
            if (wasLive) {
                path.renewed();
            } else {
                wasLive = true;
                transport.subscribe(wanted.filter(), wanted.kind(), path);
            }
        }

        CompletableFuture<Void> await() {
            CompletableFuture<Void> confirmed = new CompletableFuture<>();
            waiting.removeIf(CompletableFuture::isDone); // cancelled
            waiting.add(confirmed);
            return confirmed;
        }

        void interrupt() {
            if (live) {
                live = false;
                path.interrupt();
            }
        }
    }

    /** Requests fail while the link does not answer. */
    private final class SwitchedLog extends InMemoryLog {
        SwitchedLog() {
            super(medium, receiver);
        }

        @Override
        public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
            return publish(() -> super.append(topic, frame, retention));
        }

        @Override
        <T> CompletableFuture<T> answer(Supplier<T> request) {
            return isAnswering()
                    ? super.answer(request)
                    : CompletableFuture.failedFuture(
                            new BrokerException(medium + " is disconnected or does not answer"));
        }
    }

    private final Transport transport;
    private final Loopback medium;
    private final Receiver receiver;
    private final PublishFaults publishes;
    private final BadNetwork network;
    private final Optional<Log> log;

    @GuardedBy("this")
    private final Map<Wanted, Subscription> subscriptions = new HashMap<>();

    private volatile boolean connected = true;

    SwitchedTransport(
            Transport transport, Loopback medium, Receiver receiver, PublishFaults publishes, BadNetwork network) {
        this.transport = transport;
        this.medium = medium;
        this.receiver = receiver;
        this.publishes = publishes;
        this.network = network;
        this.log = Optional.of(new SwitchedLog());
    }

    private boolean isAnswering() {
        return connected && !publishes.isStalled();
    }

    @Override
    public Outlet outlet(String topic) {
        Outlet outlet = transport.outlet(topic);
        return frame -> publish(() -> outlet.publish(frame));
    }

    private <T> CompletableFuture<T> publish(Supplier<CompletableFuture<T>> publish) {
        return connected
                ? publishes.carryOut(publish)
                : CompletableFuture.failedFuture(new PublishException(Outcome.NOT_SENT, "disconnected from " + medium));
    }

    @Override
    public synchronized CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        Subscription subscription =
                subscriptions.computeIfAbsent(new Wanted(filter, kind), wanted -> new Subscription(wanted, inlet));
        if (isAnswering()) {
            subscription.begin();
        }
        return subscription.live ? CompletableFuture.completedFuture(null) : subscription.await();
    }

    @Override
    public synchronized void unsubscribe(TopicFilter filter, Kind kind) {
        subscriptions.remove(new Wanted(filter, kind));
        transport.unsubscribe(filter, kind);
    }

    void tellStalled(boolean stalled) {
        receiver.event(stalled ? new BrokerEvent.Degraded(silence()) : new BrokerEvent.Restored());
    }

    private String silence() {
        return medium + " does not answer";
    }

    void setConnected(boolean wanted) {
        String name = medium.toString();
        List<Runnable> answers = new ArrayList<>();
        receiver.together(() -> medium.turns().atRest(() -> {
            synchronized (this) {
                if (connected == wanted) {
                    return;
                }
                connected = wanted;
                if (!wanted) {
                    subscriptions.values().forEach(Subscription::interrupt);
                }
                confirm(answers);
            }
            receiver.event(
                    wanted ? new BrokerEvent.Connected(name) : new BrokerEvent.Disconnected(name, "switched off"));
        }));
        answers.forEach(Runnable::run);
    }

    /** Makes all subscriptions live if the link answers. Adds tasks to run when no lock is held. */
    synchronized void confirm(List<Runnable> answers) {
        if (isAnswering()) {
            for (Subscription subscription : subscriptions.values()) {
                subscription.begin();
                subscription.waiting.forEach(call -> answers.add(() -> call.complete(null)));
                subscription.waiting.clear();
            }
        }
    }

    @Override
    public Optional<Log> log() {
        return log;
    }

    @Override
    public boolean passesReferences() {
        return transport.passesReferences();
    }

    @Override
    public Health health() {
        return isAnswering()
                ? transport.health()
                : new Health(Status.DOWN, Status.DOWN, connected ? silence() : "disconnected from " + medium);
    }

    @Override
    public void close(Duration deadline) {
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        synchronized (this) {
            connected = false;
            for (Subscription subscription : subscriptions.values()) {
                subscription.interrupt();
                waiting.addAll(subscription.waiting);
            }
            subscriptions.clear();
        }
        transport.close(deadline);
        waiting.forEach(call -> call.completeExceptionally(new ClosedException("this broker is closed")));
    }
}
