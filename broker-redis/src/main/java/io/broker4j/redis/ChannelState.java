package io.broker4j.redis;

import io.broker4j.spi.Inlet;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One channel or glob: the wishes for it, and the phase of its subscription on the current link.
 * Guarded by the lock of {@link WantedChannels}, unless a member says otherwise.
 */
final class ChannelState {

    /**
     * The phase of the subscription. During {@code SUBSCRIBING} and {@code UNSUBSCRIBING} exactly
     * one command for the channel is in flight.
     */
    enum Phase {
        ABSENT,
        SUBSCRIBING,
        ACTIVE,
        UNSUBSCRIBING
    }

    /** A subscription that maps to the channel. */
    static final class Wish {
        private final TopicFilter filter;
        private final Kind kind;
        private final Inlet inlet;
        private final List<CompletableFuture<Void>> waiting = new ArrayList<>(1);
        /** Whether it was confirmed before, so that another confirmation is a renewal. */
        private boolean live;

        private Wish(TopicFilter filter, Kind kind, Inlet inlet) {
            this.filter = filter;
            this.kind = kind;
            this.inlet = inlet;
        }

        private boolean isFor(TopicFilter wanted, Kind wantedKind) {
            return kind == wantedKind && filter.equals(wanted);
        }
    }

    /** Whom to tell after a confirmation, without the lock. */
    record Confirmation(List<Inlet> renewed, List<CompletableFuture<Void>> waiting) {}

    private final String name;
    private final @Nullable String topic;
    private final boolean always;
    private final List<Wish> wishes = new ArrayList<>(1);
    /**
     * The inlets of the wishes, for threads without the lock. The last ones stay, so that the
     * engine can count frames that still arrive.
     */
    private volatile Inlet[] inlets = {};

    private Phase phase = Phase.ABSENT;
    private @Nullable String refusal;

    private ChannelState(String name, @Nullable String topic, boolean always) {
        this.name = name;
        this.topic = topic;
        this.always = always;
    }

    static ChannelState of(String name, TopicFilter filter) {
        return new ChannelState(name, filter.isPattern() ? null : filter.name(), false);
    }

    /** A channel that is always wanted, without a wish. */
    static ChannelState always(String name, String topic) {
        return new ChannelState(name, topic, true);
    }

    /** The channel's or the glob's name; needs no lock. */
    String name() {
        return name;
    }

    /** Its one topic, or null if it is a glob; needs no lock. */
    @Nullable
    String topic() {
        return topic;
    }

    boolean isPattern() {
        return topic == null;
    }

    /** Who receives the messages; needs no lock. */
    Inlet[] inlets() {
        return inlets;
    }

    boolean isWanted() {
        return always || !wishes.isEmpty();
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase next) {
        phase = next;
    }

    /** Whether a wish for it has been confirmed. */
    boolean isLive() {
        return wishes.stream().anyMatch(wish -> wish.live);
    }

    /**
     * Whether a wanted channel was refused, or was live and is not active now. A channel that still
     * waits for its first confirmation is not broken.
     */
    boolean isBroken() {
        return isWanted() && phase != Phase.ACTIVE && (refusal != null || isLive());
    }

    String describe() {
        return refusal == null ? name : name + " (" + refusal + ")";
    }

    /** Adds a wish, if it is new; its future is done if the channel is active. */
    CompletableFuture<Void> want(TopicFilter filter, Kind kind, Inlet inlet) {
        Wish wish = wishes.stream()
                .filter(known -> known.isFor(filter, kind))
                .findAny()
                .orElseGet(() -> added(new Wish(filter, kind, inlet)));
        if (phase == Phase.ACTIVE) {
            wish.live = true;
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        wish.waiting.removeIf(CompletableFuture::isDone); // cancelled
        wish.waiting.add(confirmed);
        return confirmed;
    }

    private Wish added(Wish wish) {
        wishes.add(wish);
        publishInlets();
        return wish;
    }

    void unwant(TopicFilter filter, Kind kind) {
        wishes.removeIf(wish -> wish.isFor(filter, kind));
        if (!wishes.isEmpty()) {
            publishInlets();
        }
    }

    private void publishInlets() {
        inlets = wishes.stream().map(wish -> wish.inlet).toArray(Inlet[]::new);
    }

    /** Records that the server has confirmed it on the current link. */
    Confirmation confirmed() {
        phase = Phase.ACTIVE;
        refusal = null;
        List<Inlet> renewed = wishes.stream()
                .filter(wish -> wish.live)
                .map(wish -> wish.inlet)
                .toList();
        List<CompletableFuture<Void>> waiting = takeWaiting();
        wishes.forEach(wish -> wish.live = true);
        return new Confirmation(renewed, waiting);
    }

    /** Records that the server has refused it. Returns the futures that wait for a confirmation. */
    List<CompletableFuture<Void>> refused(String words) {
        phase = phase == Phase.SUBSCRIBING ? Phase.ABSENT : Phase.ACTIVE;
        refusal = words;
        return takeWaiting();
    }

    /** Removes and returns the futures that wait for a confirmation. */
    List<CompletableFuture<Void>> takeWaiting() {
        List<CompletableFuture<Void>> waiting = new ArrayList<>(1);
        for (Wish wish : wishes) {
            waiting.addAll(wish.waiting);
            wish.waiting.clear();
        }
        return waiting;
    }
}
