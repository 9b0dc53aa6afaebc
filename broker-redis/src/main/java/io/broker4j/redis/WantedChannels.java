package io.broker4j.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.BrokerException;
import io.broker4j.ClosedException;
import io.broker4j.redis.ChannelState.Confirmation;
import io.broker4j.redis.ChannelState.Phase;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The set of wanted channels, independent of what Lettuce and the server know, and the work that makes the server match
 * this set. Safe for use from any thread.
 *
 * <p>Every change makes a channel <em>due</em> and wakes {@link #reconcile}. That method runs on one thread and sends
 * the missing commands: at most one at a time for a channel, and as many altogether as {@link UnderWay} allows. A
 * confirmation, a refusal or a new link makes channels due again. A confirmation counts only if it comes from the
 * current link, and is handled on that link's I/O thread. So a renewal is reported before anything received over the
 * link.
 */
final class WantedChannels implements LinkKeeper.Owner<SubscribeLink>, SubscribeLink.Events {
    private static final String NAME = "subscriptions";

    private final Channels channels;
    private final ErrorReplies errors;
    private final Connectivity connectivity;
    private final Degradation degradation;
    private final Tasks tasks;
    private final UnderWay underWay;
    private volatile Runnable connect = () -> {};

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Set<ChannelState> due = new LinkedHashSet<>();

    @GuardedBy("lock")
    private final Refusals refusals;

    @GuardedBy("lock")
    private @Nullable SubscribeLink current;

    @GuardedBy("lock")
    private String trouble = "";

    @GuardedBy("lock")
    private boolean woken;

    @GuardedBy("lock")
    private boolean closed;

    WantedChannels(
            Connectivity connectivity, Degradation degradation, Channels channels, ErrorReplies errors, Tasks tasks) {
        this.connectivity = connectivity;
        this.degradation = degradation;
        this.channels = channels;
        this.errors = errors;
        this.tasks = tasks;
        this.underWay = new UnderWay(tasks);
        this.refusals = new Refusals(tasks);
    }

    /** Sets the action that opens a link; the action is called once or many times. */
    void connectBy(Runnable action) {
        connect = action;
    }

    CompletableFuture<Void> want(TopicFilter filter, Kind kind, Inlet inlet) {
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedFuture(new ClosedException("the broker is closed"));
            }
            ChannelState channel = channels.of(filter);
            CompletableFuture<Void> confirmed = channel.want(filter, kind, inlet);
            if (!confirmed.isDone()) {
                due(channel);
            }
            return confirmed;
        }
    }

    void unwant(TopicFilter filter, Kind kind) {
        synchronized (lock) {
            ChannelState channel = channels.find(filter);
            if (channel != null) {
                channel.unwant(filter, kind);
                due(channel);
            }
        }
    }

    @Override
    public void linkUp(SubscribeLink link) {
        synchronized (lock) {
            current = link;
            trouble = "";
            startOver();
        }
        connectivity.up("subscribe");
    }

    @Override
    public void linkDown(String reason) {
        synchronized (lock) {
            current = null;
            trouble = reason;
            startOver();
        }
        connectivity.down("subscribe", reason);
    }

    void close() {
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            channels.all().forEach(channel -> waiting.addAll(channel.takeWaiting()));
        }
        waiting.forEach(future -> future.completeExceptionally(new ClosedException("the broker was closed")));
    }

    /** Why a wanted channel does not receive; empty if no trouble is known. */
    String trouble() {
        synchronized (lock) {
            return trouble.isEmpty() ? channels.trouble() : "the subscribe connection is down: " + trouble;
        }
    }

    /** Why it is not certain that every wanted channel receives; empty if all are confirmed. */
    String uncertainty() {
        synchronized (lock) {
            if (current == null) {
                return "nothing is subscribed to yet";
            }
            return channels.areConfirmed() ? "" : "not every channel is confirmed yet";
        }
    }

    @GuardedBy("lock")
    private void startOver() {
        underWay.startOver(current);
        for (ChannelState channel : channels.all()) {
            channel.phase(Phase.ABSENT);
            due(channel);
        }
    }

    @GuardedBy("lock")
    private void due(ChannelState channel) {
        due.add(channel);
        wake();
    }

    @GuardedBy("lock")
    private void wake() {
        if (!woken) {
            woken = true;
            tasks.run(this::reconcile);
        }
    }

    private void reconcile() {
        List<ChannelState> subscribe = new ArrayList<>();
        List<ChannelState> unsubscribe = new ArrayList<>();
        SubscribeLink link;
        boolean restored;
        synchronized (lock) {
            woken = false;
            link = current;
            choose(subscribe, unsubscribe);
            restored = link != null && due.isEmpty() && underWay.isEmpty() && refusals.endDegradation();
        }
        if (link == null) {
            connect.run();
        } else if (!subscribe.isEmpty() || !unsubscribe.isEmpty()) {
            link.write(subscribe, unsubscribe);
        }
        if (restored) {
            degradation.end(NAME);
        }
    }

    @GuardedBy("lock")
    private void choose(List<ChannelState> subscribe, List<ChannelState> unsubscribe) {
        for (Iterator<ChannelState> next = due.iterator(); next.hasNext() && !underWay.isFull(); ) {
            ChannelState channel = next.next();
            next.remove();
            if (channel.phase() == Phase.ABSENT && !channel.isWanted()) {
                channels.remove(channel);
                refusals.remove(channel);
            } else if (channel.phase() == Phase.ABSENT && current != null) {
                begin(channel, Phase.SUBSCRIBING, subscribe);
            } else if (channel.phase() == Phase.ACTIVE && !channel.isWanted()) {
                begin(channel, Phase.UNSUBSCRIBING, unsubscribe);
            } else if (channel.phase() == Phase.ACTIVE) {
                refusals.remove(channel); // wanted again after the server refused to end it
            }
        }
    }

    @GuardedBy("lock")
    private void begin(ChannelState channel, Phase phase, List<ChannelState> batch) {
        channel.phase(phase);
        batch.add(channel);
        underWay.begin();
    }

    @Override
    public void message(String name, byte[] channel, byte[] body) {
        channels.message(name, channel, body);
    }

    @Override
    public void subscribed(SubscribeLink link, String name) {
        Confirmation confirmation;
        ChannelState channel;
        synchronized (lock) {
            channel = channels.named(name);
            if (link != current || channel == null || channel.phase() == Phase.UNSUBSCRIBING) {
                return;
            }
            progress(channel.phase() == Phase.SUBSCRIBING);
            confirmation = channel.confirmed();
            refusals.remove(channel);
            if (!channel.isWanted()) {
                due(channel);
            }
        }
        // If the channel was active already, it was lost and restored without a request from here.
        // That is a renewal like any other.
        confirmation.renewed().forEach(Inlet::renewed);
        confirmation.waiting().forEach(future -> future.complete(null));
        channels.confirmed(channel, link);
    }

    @Override
    public void unsubscribed(SubscribeLink link, String name) {
        synchronized (lock) {
            ChannelState channel = channels.named(name);
            if (link == current && channel != null && channel.phase() != Phase.SUBSCRIBING) {
                progress(channel.phase() == Phase.UNSUBSCRIBING);
                channel.phase(Phase.ABSENT);
                due(channel);
            }
        }
    }

    @Override
    public void refused(SubscribeLink link, ChannelState channel, String reply) {
        String words;
        List<CompletableFuture<Void>> waiting;
        boolean worse;
        synchronized (lock) {
            if (link != current) {
                return;
            }
            boolean ending = channel.phase() == Phase.UNSUBSCRIBING;
            words = ending
                    ? errors.unsubscribeRefused(channel.name(), channel.isPattern(), reply)
                    : errors.subscribeRefused(channel.name(), channel.isPattern(), reply);
            progress(true);
            waiting = channel.refused(words);
            worse = refusals.add(channel, ending || channel.isLive());
            refusals.retryLater(this::retry);
        }
        waiting.forEach(future -> future.completeExceptionally(new BrokerException(words)));
        if (worse) {
            degradation.begin(NAME, words);
        }
    }

    @GuardedBy("lock")
    private void progress(boolean ended) {
        underWay.progress(ended);
        if (!due.isEmpty() && underWay.isLow() || refusals.isDegraded() && underWay.isEmpty()) {
            wake();
        }
    }

    private void retry() {
        synchronized (lock) {
            for (ChannelState channel : refusals.beginRetry()) {
                due(channel);
            }
        }
    }
}
