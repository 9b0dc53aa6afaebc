package io.broker4j.inmemory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.ClosedException;
import io.broker4j.Health;
import io.broker4j.PublishException;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One broker's connection to a medium: the wanted subscriptions, and whether the link is up. Its
 * lock is taken after the turns of topics; futures are completed after it is released.
 */
final class InMemoryLink {

    /** A wanted subscription. */
    private record Wanted(TopicFilter filter, Kind kind) {}

    /** The state of a wanted subscription. */
    private final class Subscription {
        final Routes.Target target;
        /** Calls that wait until it is live. */
        final List<CompletableFuture<Void>> waiting = new ArrayList<>(1);

        boolean live;
        /** Whether it was ever live. */
        boolean confirmed;

        Subscription(Wanted wanted, Inlet inlet) {
            target = new Routes.Target(receiver, wanted.filter, inlet);
        }
    }

    private final String medium;
    private final Receiver receiver;
    private final Routes routes;
    private final BadNetwork network;
    private final Turns turns;

    @GuardedBy("this")
    private final Map<Wanted, Subscription> subscriptions = new HashMap<>();

    private volatile boolean connected = true;
    /** False from a disconnection until its gap has been announced. */
    private volatile boolean receiving = true;

    InMemoryLink(String medium, Receiver receiver, Routes routes, BadNetwork network, Turns turns) {
        this.medium = medium;
        this.receiver = receiver;
        this.routes = routes;
        this.network = network;
        this.turns = turns;
    }

    Receiver receiver() {
        return receiver;
    }

    boolean isConnected() {
        return connected;
    }

    private boolean isAnswering() {
        return connected && !network.isStalled();
    }

    <T> CompletableFuture<T> notSent() {
        return CompletableFuture.failedFuture(
                new PublishException(PublishException.Outcome.NOT_SENT, "disconnected from " + medium));
    }

    /** The result of a request to the medium. */
    <T> CompletableFuture<T> answer(Supplier<T> result) {
        if (!isAnswering()) {
            return CompletableFuture.failedFuture(new BrokerException(medium + " is disconnected or does not answer"));
        }
        try {
            return CompletableFuture.completedFuture(result.get());
        } catch (BrokerException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    synchronized CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        Wanted wanted = new Wanted(filter, kind);
        Subscription subscription =
                subscriptions.computeIfAbsent(wanted, absent -> new Subscription(wanted, new Gate(inlet)));
        if (!subscription.live && isAnswering()) {
            makeLive(subscription);
        }
        if (subscription.live) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        subscription.waiting.removeIf(CompletableFuture::isDone); // cancelled
        subscription.waiting.add(confirmed);
        return confirmed;
    }

    /**
     * Passes frames on while the link receives. A frame with bytes is parsed from its bytes, as in
     * another JVM.
     */
    private final class Gate implements Inlet {
        private final Inlet inlet;

        Gate(Inlet inlet) {
            this.inlet = inlet;
        }

        @Override
        public void received(String topic, Frame frame) {
            if (receiving) {
                inlet.received(topic, frame instanceof Frame.Reference ? frame : Frame.parse(frame.toBytes()));
            }
        }

        @Override
        public void renewed() {
            inlet.renewed();
        }
    }

    private void makeLive(Subscription subscription) {
        subscription.live = true;
        if (subscription.confirmed) {
            subscription.target.inlet().renewed();
        } else {
            subscription.confirmed = true;
            routes.add(subscription.target);
        }
    }

    synchronized void unsubscribe(TopicFilter filter, Kind kind) {
        Subscription ended = subscriptions.remove(new Wanted(filter, kind));
        if (ended != null) {
            routes.remove(ended.target);
        }
    }

    void tellStalled(boolean stalled) {
        receiver.event(stalled ? new BrokerEvent.Degraded(silence()) : new BrokerEvent.Restored());
    }

    private String silence() {
        return medium + " does not answer";
    }

    void setConnected(boolean wanted) {
        List<CompletableFuture<Void>> live = new ArrayList<>();
        receiver.together(() -> turns.atRest(() -> {
            synchronized (this) {
                if (connected == wanted) {
                    return;
                }
                connected = wanted;
                if (isAnswering()) {
                    live.addAll(makeAllLive());
                } else if (!wanted) {
                    receiving = false;
                    subscriptions.values().forEach(each -> each.live = false);
                }
            }
            receiver.event(
                    wanted ? new BrokerEvent.Connected(medium) : new BrokerEvent.Disconnected(medium, "switched off"));
        }));
        live.forEach(future -> future.complete(null));
    }

    /**
     * Confirms the subscriptions that a stall left without an answer. Returns the futures to
     * complete when no lock is held.
     */
    synchronized List<CompletableFuture<Void>> confirm() {
        return isAnswering() ? makeAllLive() : List.of();
    }

    @GuardedBy("this")
    private List<CompletableFuture<Void>> makeAllLive() {
        List<CompletableFuture<Void>> live = new ArrayList<>();
        for (Subscription subscription : subscriptions.values()) {
            if (!subscription.live) {
                makeLive(subscription);
                live.addAll(subscription.waiting);
                subscription.waiting.clear();
            }
        }
        receiving = true;
        return live;
    }

    synchronized Health health() {
        if (!connected) {
            return new Health(Health.Status.DOWN, Health.Status.DOWN, "disconnected from " + medium);
        }
        if (network.isStalled()) {
            return new Health(Health.Status.DOWN, Health.Status.DOWN, silence());
        }
        return new Health(Health.Status.UP, subscriptions.isEmpty() ? Health.Status.UNVERIFIED : Health.Status.UP, "");
    }

    void close() {
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        synchronized (this) {
            connected = false;
            receiving = false;
            for (Subscription subscription : subscriptions.values()) {
                routes.remove(subscription.target);
                waiting.addAll(subscription.waiting);
            }
            subscriptions.clear();
        }
        waiting.forEach(future -> future.completeExceptionally(new ClosedException("this broker is closed")));
    }
}
