package io.broker4j.spi;

import io.broker4j.BrokerEvent;
import io.broker4j.Codec;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One physical subscription and the mailboxes it feeds. Its lock orders what is received with gaps and with mailboxes that
 * come and go; mailboxes are woken after it is released.
 */
final class Channel {
    private static final MailboxGroup[] NONE = {};
    private static final AtomicLong BARE_NUMBER = new AtomicLong();

    private final TopicFilter filter;
    private final Events events;

    /** Guarded by this. */
    private final SequenceTracker tracker = new SequenceTracker(Limits.MAX_REMEMBERED);

    /** Guarded by this for writing. */
    private volatile MailboxGroup[] groups = NONE;

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

    /** Whether it was here. */
    synchronized boolean remove(Mailbox<?> mailbox) {
        boolean found = false;
        for (MailboxGroup group : groups) {
            found |= group.remove(mailbox);
        }
        groups = Arrays.stream(groups).filter(group -> !group.isEmpty()).toArray(MailboxGroup[]::new);
        return found;
    }

    boolean isEmpty() {
        return groups.length == 0;
    }

    void received(String topic, Frame frame) {
        if (filter.isPattern() && !filter.matches(topic)) {
            return;
        }
        synchronized (this) {
            long missing = tracker.accept(topic, frame);
            if (missing == SequenceTracker.STALE) {
                events.emit(new BrokerEvent.Ignored(topic, 1, "a frame came again or out of order"));
                return;
            }
            Delivery delivery = new Delivery(frame, topic, frame.isBare() ? BARE_NUMBER.incrementAndGet() : 0);
            for (MailboxGroup group : groups) {
                group.append(delivery, missing);
            }
        }
        wake();
    }

    void renewed() {
        synchronized (this) {
            tracker.reset();
            for (MailboxGroup group : groups) {
                group.appendRenewal();
            }
        }
        wake();
    }

    private void wake() {
        for (MailboxGroup group : groups) {
            group.wake();
        }
    }
}
