package io.broker4j.inmemory;

import io.broker4j.Broker;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The medium that brokers of one name share: a {@link Loopback} behind switches. */
final class SharedMedium {
    private static final Map<String, SharedMedium> NAMED = new ConcurrentHashMap<>();
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";

    private final String name;
    private final Loopback loopback;
    private final BadNetwork network;
    private final PublishFaults publishes = new PublishFaults();
    private final Map<Receiver, SwitchedTransport> transports = new ConcurrentHashMap<>();

    /**
     * Set by the medium's first broker and kept until the medium ends, because frames may be in
     * transit. Guarded by this.
     */
    private @Nullable Boolean encode;

    /** Brokers and handles that keep the medium; changed inside {@code NAMED.compute} only. */
    private int holds;

    private SharedMedium(String name) {
        this.name = name;
        this.loopback = new Loopback(name);
        this.network = new BadNetwork(loopback);
    }

    static SharedMedium acquire(String name) {
        if (!name.matches(NAME)) {
            // With a wrong scheme, the name may contain a password.
            String shown = name.indexOf('@') < 0 ? name.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?") : "***";
            throw new IllegalArgumentException("memory:" + shown + " must name a medium of " + NAME);
        }
        return NAMED.compute(name, (key, known) -> {
            SharedMedium medium = known == null ? new SharedMedium(key) : known;
            medium.holds++;
            return medium;
        });
    }

    /** Releases one hold. The medium ends with the last one. */
    void release() {
        if (NAMED.computeIfPresent(name, (key, known) -> --holds == 0 ? null : known) == null) {
            loopback.close();
        }
    }

    Loopback loopback() {
        return loopback;
    }

    BadNetwork network() {
        return network;
    }

    PublishFaults publishes() {
        return publishes;
    }

    /** Connects one more broker, which takes over one hold. */
    Transport join(boolean wantsEncoding, Receiver receiver) {
        if (!agreesOn(wantsEncoding)) {
            release();
            throw new IllegalArgumentException(this + " is open with encode=" + !wantsEncoding
                    + " and cannot be opened with encode=" + wantsEncoding
                    + " too: use one value for all its brokers, or another name");
        }
        Transport plain = new InMemoryTransport(loopback, receiver, wantsEncoding, () -> leave(receiver));
        SwitchedTransport switched = new SwitchedTransport(plain, loopback, receiver, publishes, network);
        transports.put(receiver, switched);
        if (publishes.isStalled()) {
            switched.tellStalled(true);
        }
        return switched;
    }

    private synchronized boolean agreesOn(boolean wanted) {
        if (encode == null) {
            encode = wanted;
        }
        return encode == wanted;
    }

    private void leave(Receiver receiver) {
        transports.remove(receiver);
        release();
    }

    void setConnected(Broker broker, boolean connected) {
        SwitchedTransport transport = transports.get(Engine.receiverOf(broker));
        if (transport == null) {
            throw new IllegalArgumentException("that broker is not open on " + this);
        }
        transport.setConnected(connected);
    }

    void setAllConnected(boolean connected) {
        transports.values().forEach(transport -> transport.setConnected(connected));
    }

    /**
     * When a stall ends, each link is live again: it announces its gap before it receives the
     * frames that were held back (D8).
     */
    void setStalled(boolean stalled) {
        if (publishes.isStalled() != stalled) {
            transports.values().forEach(transport -> transport.tellStalled(stalled));
        }
        List<Runnable> answers = new ArrayList<>();
        together(() -> loopback.turns().atRest(() -> {
            List<Supplier<Runnable>> held = publishes.setStalled(stalled);
            transports.values().forEach(transport -> transport.confirm(answers));
            held.forEach(publish -> answers.add(publish.get()));
        }));
        answers.forEach(Runnable::run);
    }

    /** Runs an action that delivers under the medium's locks; inline handlers run after it. */
    private void together(Runnable action) {
        transports.keySet().stream().findAny().ifPresentOrElse(receiver -> receiver.together(action), action);
    }

    @Override
    public String toString() {
        return loopback.toString();
    }
}
