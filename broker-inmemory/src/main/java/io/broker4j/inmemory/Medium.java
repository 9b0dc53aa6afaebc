package io.broker4j.inmemory;

import io.broker4j.Broker;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Settings;
import io.broker4j.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The medium that transports of one name share. A topic's frames are delivered under the lock of its stripe, which
 * gives every subscriber the same order. A switch that must not fall between two frames takes all stripes.
 */
final class Medium {
    private static final Map<String, Medium> NAMED = new ConcurrentHashMap<>();
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";
    private static final int STRIPES = 32;

    private final String name;
    private final Routes routes = new Routes();
    private final BadNetwork network = new BadNetwork(this);
    private final StoredLogs logs = new StoredLogs();
    private final ReentrantLock[] stripes =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(ReentrantLock[]::new);
    private final Map<Broker, InMemoryTransport> open = new ConcurrentHashMap<>();

    /**
     * Set by the medium's first broker and kept until the medium ends, because frames may be under way. Guarded by
     * this.
     */
    private @Nullable Boolean encode;

    /** Brokers and handles that keep a named medium; changed inside {@code NAMED.compute} only. */
    private int holds;

    Medium(String name) {
        this.name = name;
    }

    static Medium acquire(String name) {
        if (!name.matches(NAME)) {
            String shown = name.indexOf('@') < 0
                    ? name
                    : "***"; // the name may be a password of a user who took the wrong scheme
            throw new IllegalArgumentException("memory:" + shown + " must name a medium of " + NAME);
        }
        return NAMED.compute(name, (key, known) -> {
            Medium medium = known == null ? new Medium(key) : known;
            medium.holds++;
            return medium;
        });
    }

    /** Ends a hold. A medium that is not in the map of named media has no hold left, so it closes. */
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

    Broker open(boolean encode, Settings settings, UnaryOperator<Transport> front) {
        if (!agreesOn(encode)) {
            release();
            throw new IllegalArgumentException("memory:" + name + " is open with encode=" + !encode
                    + " and cannot be opened with encode=" + encode
                    + " too: use one value for all its brokers, or another name");
        }
        InMemoryTransport transport = new InMemoryTransport(this, encode);
        Broker broker = Engine.open(front.apply(transport), settings);
        open.put(broker, transport);
        return broker;
    }

    private synchronized boolean agreesOn(boolean wanted) {
        if (encode == null) {
            encode = wanted;
        }
        return encode == wanted;
    }

    void leave(InMemoryTransport transport) {
        open.values().remove(transport);
        release();
    }

    CompletableFuture<Void> publish(InMemoryTransport from, String topic, Frame frame) {
        ReentrantLock stripe = stripe(topic);
        stripe.lock();
        try {
            if (!from.isConnected()) {
                return InMemoryTransport.notSent("disconnected from memory:" + name);
            }
            if (!network.isGood()) {
                return network.carryOut(() -> spread(topic, frame));
            }
            spread(topic, frame);
            return InMemoryTransport.DONE;
        } finally {
            stripe.unlock();
        }
    }

    CompletableFuture<Position> append(InMemoryTransport from, String topic, Frame frame, Retention retention) {
        ReentrantLock stripe = stripe(topic);
        stripe.lock();
        try {
            if (!from.isConnected()) {
                return InMemoryTransport.notSent("disconnected from memory:" + name);
            }
            return network.isGood()
                    ? CompletableFuture.completedFuture(append(topic, frame, retention))
                    : network.carryOut(() -> append(topic, frame, retention));
        } finally {
            stripe.unlock();
        }
    }

    private Position append(String topic, Frame frame, Retention retention) {
        Position position = logs.append(topic, frame, retention);
        spreadHint(topic, position);
        return position;
    }

    /** Sends a hint in the topic's turn. */
    void hint(String topic, Position last) {
        ReentrantLock stripe = stripe(topic);
        together(() -> {
            stripe.lock();
            try {
                spreadHint(topic, last);
            } finally {
                stripe.unlock();
            }
        });
    }

    /** Called in the turn of the topic. */
    private void spreadHint(String topic, Position last) {
        if (!network.losesHints()) {
            spread(topic, new Frame.Hint(last));
        }
    }

    /**
     * Appends and acknowledges, or does neither, as any observer sees it: while the group's log is locked, no member
     * takes over the entry. Returns how many entries the other log dropped for the dead letter, or nothing.
     */
    OptionalLong bury(
            StoredLog log, Groups.Member member, Position position, String deadTopic, Frame dead, Retention retention) {
        OptionalLong[] trimmed = {OptionalLong.empty()};
        together(() -> {
            ReentrantLock stripe = stripe(deadTopic);
            stripe.lock();
            try {
                Position[] buried = {Position.ORIGIN};
                boolean done = log.bury(member, position, () -> {
                    long before = logs.length(deadTopic);
                    buried[0] = logs.append(deadTopic, dead, retention);
                    trimmed[0] = OptionalLong.of(before + 1 - logs.length(deadTopic));
                });
                if (done) {
                    spreadHint(deadTopic, buried[0]);
                }
            } finally {
                stripe.unlock();
            }
        });
        return trimmed[0];
    }

    /** Hands a frame to all its subscribers. Called in the turn of the topic. */
    private @Nullable Void spread(String topic, Frame frame) {
        boolean good = network.isGood();
        for (Routes.Target target : routes.to(topic)) {
            if (good) {
                target.receive(topic, frame);
            } else {
                network.pass(target, topic, frame);
            }
        }
        return null;
    }

    private ReentrantLock stripe(String topic) {
        return stripes[(topic.hashCode() & Integer.MAX_VALUE) % STRIPES];
    }

    /** Hands over one frame outside the topic's turn. */
    void deliver(Routes.Target target, String topic, Frame frame) {
        target.transport().receiver().together(() -> {
            ReentrantLock stripe = stripe(topic);
            stripe.lock();
            try {
                target.receive(topic, frame);
            } finally {
                stripe.unlock();
            }
        });
    }

    /** Delays inline handlers until an action that delivers under our locks is done. */
    void together(Runnable action) {
        open.values().stream()
                .findAny()
                .ifPresentOrElse(transport -> transport.receiver().together(action), action);
    }

    /** Runs an action while no frame is on its way. */
    void atRest(Runnable action) {
        for (ReentrantLock stripe : stripes) {
            stripe.lock();
        }
        try {
            action.run();
        } finally {
            for (ReentrantLock stripe : stripes) {
                stripe.unlock();
            }
        }
    }

    void setConnected(Broker broker, boolean connected) {
        InMemoryTransport transport = open.get(broker);
        if (transport == null) {
            throw new IllegalArgumentException("that broker is not open on memory:" + name);
        }
        transport.setConnected(connected);
    }

    void setAllConnected(boolean connected) {
        open.values().forEach(transport -> transport.setConnected(connected));
    }

    /** When a stall ends, links are live again: each tells its gap before it receives the frames held back (D8). */
    void setStalled(boolean stalled) {
        if (network.isStalled() != stalled) {
            open.values().forEach(transport -> transport.tellStalled(stalled));
        }
        List<Runnable> answers = new ArrayList<>();
        together(() -> atRest(() -> {
            network.setStalled(stalled);
            if (!stalled) {
                open.values()
                        .forEach(transport ->
                                transport.confirm().forEach(live -> answers.add(() -> live.complete(null))));
                answers.addAll(network.endStall());
            }
        }));
        answers.forEach(Runnable::run);
    }
}
