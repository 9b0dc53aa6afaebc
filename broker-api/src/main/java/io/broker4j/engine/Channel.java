package io.broker4j.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.BrokerEvent;
import io.broker4j.Codec;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.TopicFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One physical subscription with the mailboxes that it feeds and the log readers that it wakes. Its
 * lock fixes the order of received frames, gaps, and mailboxes that are added or removed. Mailboxes
 * are woken after the lock is released.
 */
final class Channel {
    private static final MailboxGroup[] NONE = {};
    private static final int MAX_TOLD = 1024;
    private static final AtomicLong BARE_NUMBER = new AtomicLong();

    /** Shared by all channels: a reader of a later channel must not mistake an earlier read for a later one. */
    private static final AtomicLong HINT_NUMBER = new AtomicLong();

    private final TopicFilter filter;
    private final Events events;

    /**
     * Replaced when the last mailbox is removed: no subscription misses the messages until the next
     * one is added.
     */
    @GuardedBy("this")
    private SequenceTracker tracker = new SequenceTracker(SequenceTracker.MAX_SOURCES);

    /** Guarded by this for writing. */
    private volatile MailboxGroup[] groups = NONE;

    /** Readers of the durable topic with this name. Guarded by this for writing. */
    private final List<HintListener> hintListeners = new CopyOnWriteArrayList<>();

    /** Topics whose hints arrived while live subscriptions to the same name existed. */
    private final Set<String> publishedAsDurable = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean publishedAsLive = new AtomicBoolean();
    private final Inlet live = new Live();
    private final Inlet hints = new Hints();
    private volatile boolean stopped;

    Channel(TopicFilter filter, Events events) {
        this.filter = filter;
        this.events = events;
    }

    TopicFilter filter() {
        return filter;
    }

    synchronized <T> Mailbox<T> add(
            Codec<T> codec, SubscribeOptions options, Subscriber<? super T> subscriber, Scheduler scheduler) {
        MailboxGroup group = group(scheduler, options);
        Mailbox<T> mailbox = new Mailbox<>(group, filter.name(), codec, subscriber, options, events);
        group.add(mailbox);
        return mailbox;
    }

    private MailboxGroup group(Scheduler scheduler, SubscribeOptions options) {
        for (MailboxGroup group : groups) {
            if (group.accepts(scheduler, options)) {
                return group;
            }
        }
        MailboxGroup group = new MailboxGroup(scheduler, options);
        MailboxGroup[] longer = Arrays.copyOf(groups, groups.length + 1);
        longer[groups.length] = group;
        groups = longer;
        return group;
    }

    /** Removes a mailbox; false if it was not here. */
    synchronized boolean remove(Mailbox<?> mailbox) {
        boolean found = false;
        for (MailboxGroup group : groups) {
            found |= group.remove(mailbox);
        }
        groups = Arrays.stream(groups).filter(group -> !group.isEmpty()).toArray(MailboxGroup[]::new);
        if (groups.length == 0) {
            tracker = new SequenceTracker(SequenceTracker.MAX_SOURCES);
        }
        return found;
    }

    synchronized void add(HintListener listener) {
        hintListeners.add(listener);
    }

    synchronized boolean remove(HintListener listener) {
        return hintListeners.remove(listener);
    }

    boolean hasMailboxes() {
        return groups.length > 0;
    }

    boolean hasHintListeners() {
        return !hintListeners.isEmpty();
    }

    /** Receives live messages. */
    Inlet live() {
        return live;
    }

    /** Receives hints. */
    Inlet hints() {
        return hints;
    }

    /** Takes nothing more from the medium. */
    synchronized void stop() {
        stopped = true;
    }

    /** The mailbox receives nothing more; the messages that wait now are still delivered. */
    synchronized void stop(Mailbox<?> mailbox) {
        for (MailboxGroup group : groups) {
            group.stop(mailbox, !stopped);
        }
    }

    private final class Live implements Inlet {
        @Override
        public void received(String topic, Frame frame) {
            if (stopped || filter.isPattern() && !filter.matches(topic)) {
                return;
            }
            if (frame instanceof Frame.Hint) {
                tellIfDurable(topic);
            } else if (groups.length == 0) {
                events.emit(new BrokerEvent.Ignored(topic, 1, "nobody here subscribes to it any more"));
            } else {
                append(topic, frame);
                wake();
            }
        }

        @Override
        public void renewed() {
            appendRenewal();
            wake();
        }
    }

    private final class Hints implements Inlet {
        @Override
        public void received(String topic, Frame frame) {
            if (frame instanceof Frame.Hint hint) {
                long number = HINT_NUMBER.incrementAndGet();
                hintListeners.forEach(listener -> listener.hinted(hint.last(), number));
            } else {
                tellIfLive(topic);
            }
        }

        @Override
        public void renewed() {
            hintListeners.forEach(HintListener::renewed);
        }
    }

    private synchronized void append(String topic, Frame frame) {
        if (stopped || groups.length == 0) {
            return; // since the caller looked
        }
        long missing = tracker.accept(topic, frame);
        if (missing == SequenceTracker.STALE) {
            events.emit(new BrokerEvent.Ignored(topic, 1, "a frame came again or out of order"));
            return;
        }
        Delivery delivery =
                new Delivery(frame, topic, frame instanceof Frame.Numbered ? 0 : BARE_NUMBER.incrementAndGet());
        for (MailboxGroup group : groups) {
            group.append(delivery, missing);
        }
    }

    private synchronized void appendRenewal() {
        for (MailboxGroup group : groups) {
            group.appendRenewal();
        }
    }

    /**
     * A live and a durable topic of the same name are two topics. Reports once that a durable publish does not reach
     * live subscriptions.
     */
    private void tellIfDurable(String topic) {
        if (groups.length > 0 && publishedAsDurable.size() < MAX_TOLD && publishedAsDurable.add(topic)) {
            events.emit(new BrokerEvent.OtherKind(
                    topic, "it is published as durable, which a live subscription does not receive"));
        }
    }

    /** Reports once that a live publish does not reach subscriptions to the durable topic. */
    private void tellIfLive(String topic) {
        if (groups.length == 0 && hasHintListeners() && publishedAsLive.compareAndSet(false, true)) {
            events.emit(new BrokerEvent.OtherKind(
                    topic, "it is published as live, which a durable subscription does not receive"));
        }
    }

    private void wake() {
        for (MailboxGroup group : groups) {
            group.wake();
        }
    }
}
