package io.broker4j.inmemory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.Receiver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The medium that brokers of one name share. The frames of a topic are delivered in the topic's
 * turn, so every subscriber receives them in the same order. A switch that must not act during a
 * delivery takes all turns.
 */
final class SharedMedium {
    private static final Map<String, SharedMedium> NAMED = new ConcurrentHashMap<>();
    private static final CompletableFuture<Void> SENT = CompletableFuture.completedFuture(null);
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";

    private final String name;
    private final Routes routes = new Routes();
    private final Turns turns = new Turns();
    private final BadNetwork network = new BadNetwork(turns);
    private final StoredLogs logs = new StoredLogs();
    private final Map<Receiver, InMemoryLink> links = new ConcurrentHashMap<>();

    /**
     * Set by the medium's first broker and kept until the medium ends, because frames may be in
     * transit. Guarded by this.
     */
    private @Nullable Boolean encode;

    /** Brokers and handles that keep a named medium; changed inside {@code NAMED.compute} only. */
    private int holds;

    SharedMedium(String name) {
        this.name = name;
    }

    static SharedMedium acquire(String name) {
        if (!name.matches(NAME)) {
            // With a wrong scheme, the name may contain a password.
            String shown = name.indexOf('@') < 0 ? name : "***";
            throw new IllegalArgumentException("memory:" + shown + " must name a medium of " + NAME);
        }
        return NAMED.compute(name, (key, known) -> {
            SharedMedium medium = known == null ? new SharedMedium(key) : known;
            medium.holds++;
            return medium;
        });
    }

    /**
     * Releases one hold. A medium that is not in the map of named media has no hold left, so it
     * closes.
     */
    void release() {
        if (NAMED.computeIfPresent(name, (key, known) -> --holds == 0 ? null : known) == null) {
            network.close();
        }
    }

    String name() {
        return name;
    }

    Routes routes() {
        return routes;
    }

    BadNetwork network() {
        return network;
    }

    StoredLogs logs() {
        return logs;
    }

    /** Connects one more broker. */
    InMemoryLink join(boolean wantsEncoding, Receiver receiver) {
        if (!agreesOn(wantsEncoding)) {
            release();
            throw new IllegalArgumentException(this + " is open with encode=" + !wantsEncoding
                    + " and cannot be opened with encode=" + wantsEncoding
                    + " too: use one value for all its brokers, or another name");
        }
        InMemoryLink link = new InMemoryLink(toString(), receiver, routes, network, turns);
        links.put(receiver, link);
        receiver.event(new BrokerEvent.Connected(toString()));
        if (network.isStalled()) {
            link.tellStalled(true);
        }
        return link;
    }

    private synchronized boolean agreesOn(boolean wanted) {
        if (encode == null) {
            encode = wanted;
        }
        return encode == wanted;
    }

    void leave(InMemoryLink link) {
        links.remove(link.receiver());
        release();
    }

    /** The outlet of one broker to a topic. */
    Outlet outlet(InMemoryLink link, String topic) {
        return new TopicOutlet(link, topic);
    }

    private final class TopicOutlet implements Outlet {
        private final InMemoryLink link;
        private final String topic;
        private final ReentrantLock turn;

        @GuardedBy("turn")
        private Routes.Target[] targets;

        @GuardedBy("turn")
        private int changes;

        TopicOutlet(InMemoryLink link, String topic) {
            this.link = link;
            this.topic = topic;
            this.turn = turns.of(topic);
            this.changes = routes.changes();
            this.targets = routes.to(topic);
        }

        @Override
        public CompletableFuture<Void> publish(Frame frame) {
            turn.lock();
            try {
                if (!link.isConnected()) {
                    return link.notSent();
                }
                if (!network.isGood()) {
                    return network.carryOut(() -> spread(topic, frame));
                }
                for (Routes.Target target : targets()) {
                    target.inlet().received(topic, frame);
                }
                return SENT;
            } finally {
                turn.unlock();
            }
        }

        @GuardedBy("turn")
        private Routes.Target[] targets() {
            int now = routes.changes();
            if (now != changes) {
                changes = now;
                targets = routes.to(topic);
            }
            return targets;
        }
    }

    CompletableFuture<Position> append(InMemoryLink link, String topic, Frame frame, Retention retention) {
        ReentrantLock turn = turns.of(topic);
        turn.lock();
        try {
            if (!link.isConnected()) {
                return link.notSent();
            }
            return network.isGood()
                    ? CompletableFuture.completedFuture(append(topic, frame, retention))
                    : network.carryOut(() -> append(topic, frame, retention));
        } finally {
            turn.unlock();
        }
    }

    private Position append(String topic, Frame frame, Retention retention) {
        Position position = logs.append(topic, frame, retention);
        spreadHint(topic, position);
        return position;
    }

    /** Sends a hint in the topic's turn. */
    void hint(String topic, Position last) {
        together(() -> turns.inTurn(topic, () -> spreadHint(topic, last)));
    }

    /** Called in the turn of the topic. */
    private void spreadHint(String topic, Position last) {
        if (!network.losesHints()) {
            spread(topic, new Frame.Hint(last));
        }
    }

    /**
     * Appends the dead letter and acknowledges the entry, or does neither. The group's log is
     * locked, so no member takes over the entry in between. Returns how many entries the other log
     * dropped for the dead letter; empty if the member does not own the entry.
     */
    OptionalLong bury(
            StoredLog log, Groups.Member member, Position position, String deadTopic, Frame dead, Retention retention) {
        OptionalLong[] trimmed = {OptionalLong.empty()};
        together(() -> turns.inTurn(deadTopic, () -> {
            Position[] buried = {Position.ORIGIN};
            boolean done = log.bury(member, position, () -> {
                long before = logs.length(deadTopic);
                buried[0] = logs.append(deadTopic, dead, retention);
                trimmed[0] = OptionalLong.of(before + 1 - logs.length(deadTopic));
            });
            if (done) {
                spreadHint(deadTopic, buried[0]);
            }
        }));
        return trimmed[0];
    }

    /** Hands a frame to all its subscribers. Called in the turn of the topic. */
    private @Nullable Void spread(String topic, Frame frame) {
        boolean good = network.isGood();
        for (Routes.Target target : routes.to(topic)) {
            if (good) {
                target.inlet().received(topic, frame);
            } else {
                network.pass(target, topic, frame);
            }
        }
        return null;
    }

    /** Runs an action that delivers under the medium's locks; inline handlers run after it. */
    void together(Runnable action) {
        links.keySet().stream().findAny().ifPresentOrElse(receiver -> receiver.together(action), action);
    }

    /** Runs an action while no frame is being delivered. */
    void atRest(Runnable action) {
        turns.atRest(action);
    }

    void setConnected(Broker broker, boolean connected) {
        InMemoryLink link = links.get(Engine.receiverOf(broker));
        if (link == null) {
            throw new IllegalArgumentException("that broker is not open on " + this);
        }
        link.setConnected(connected);
    }

    void setAllConnected(boolean connected) {
        links.values().forEach(link -> link.setConnected(connected));
    }

    /**
     * When a stall ends, each link is live again: it announces its gap before it receives the
     * frames that were held back (D8).
     */
    void setStalled(boolean stalled) {
        if (network.isStalled() != stalled) {
            links.values().forEach(link -> link.tellStalled(stalled));
        }
        List<Runnable> answers = new ArrayList<>();
        together(() -> atRest(() -> {
            network.setStalled(stalled);
            if (!stalled) {
                links.values().forEach(link -> link.confirm().forEach(live -> answers.add(() -> live.complete(null))));
                answers.addAll(network.endStall());
            }
        }));
        answers.forEach(Runnable::run);
    }

    @Override
    public String toString() {
        return "memory:" + name;
    }
}
