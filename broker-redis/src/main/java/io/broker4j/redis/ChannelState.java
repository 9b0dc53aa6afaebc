package io.broker4j.redis;

import io.broker4j.spi.Inlet;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of one channel or glob, and how far it is on the current link. Guarded by the lock of {@link WantedChannels},
 * except what says otherwise.
 */
final class ChannelState {

    /** How far; while it is one of those in the middle, exactly one command for the channel is under way. */
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
        /** Confirmed before: another confirmation is a renewal. */
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

    /** What is to be told, without the lock, after a confirmation. */
    record Confirmation(List<Inlet> renewed, List<CompletableFuture<Void>> waiting) {}

    private final String name;
    private final @Nullable String topic;
    private final boolean always;
    private final List<Wish> wishes = new ArrayList<>(1);
    /** Of the wishes, for threads without the lock. The last ones are kept, so that the engine can count what still arrives. */
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

    /** One that is wanted without anybody's wish. */
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

    /** Whether somebody who wants it has been told that it is live. */
    boolean isLive() {
        return wishes.stream().anyMatch(wish -> wish.live);
    }

    /** Whether it works less than it did, or was refused; one that is merely not there yet is not broken. */
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

    /** The server has confirmed it on the current link. */
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

    /** The server has refused it; those who wait for it for the first time are to be told. */
    List<CompletableFuture<Void>> refused(String words) {
        phase = phase == Phase.SUBSCRIBING ? Phase.ABSENT : Phase.ACTIVE;
        refusal = words;
        return takeWaiting();
    }

    /** The futures of those who wait for it for the first time; they are forgotten here. */
    List<CompletableFuture<Void>> takeWaiting() {
        List<CompletableFuture<Void>> waiting = new ArrayList<>(1);
        for (Wish wish : wishes) {
            waiting.addAll(wish.waiting);
            wish.waiting.clear();
        }
        return waiting;
    }
}
