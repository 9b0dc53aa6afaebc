package io.broker4j.engine;

import io.broker4j.Gap;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;

/**
 * Where the reader of a log puts what it has read: a mailbox in a group of its own. It is the reader that keeps the bounds, by
 * reading no more than there is room for; nothing is dropped. Written by one step of the reader after another.
 */
final class Intake {
    private final MailboxGroup group;
    private final Mailbox<?> mailbox;
    private final int maxMessages;
    private final long maxBytes;

    private Intake(MailboxGroup group, Mailbox<?> mailbox, int maxMessages, long maxBytes) {
        this.group = group;
        this.mailbox = mailbox;
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** For a source, which hears what becomes of what it puts here. */
    static <T> Intake of(
            Source source,
            Topic<T> topic,
            SubscribeOptions options,
            Subscriber<? super T> subscriber,
            Scheduler scheduler,
            Events events) {
        MailboxGroup group = MailboxGroup.fedBy(source, scheduler);
        SubscribeOptions unbounded = options.withOverflow(Overflow.DROP_NEWEST)
                .withMaxMessages(Integer.MAX_VALUE)
                .withMaxBytes(Long.MAX_VALUE);
        Mailbox<T> mailbox = new Mailbox<>(group, topic.name(), topic.codec(), subscriber, unbounded, events);
        group.add(mailbox);
        return new Intake(group, mailbox, options.maxMessages(), options.maxBytes());
    }

    Mailbox<?> mailbox() {
        return mailbox;
    }

    Source source() {
        return group.source();
    }

    /** For how many messages there is room. */
    int room() {
        long waiting = group.backlog().newest().messages - mailbox.cursor().last().messages;
        return (int) Math.max(0, maxMessages - waiting);
    }

    /** For how many bytes there is room; may be less than none, since a message is taken whole. */
    long roomBytes() {
        return maxBytes - group.backlog().newest().bytes + mailbox.cursor().last().bytes;
    }

    boolean isFull() {
        return room() == 0 || roomBytes() <= 0;
    }

    /** Whether so much has been taken out that it is worth reading on. */
    boolean isHalfEmpty() {
        return room() * 2L >= maxMessages && roomBytes() * 2 >= maxBytes;
    }

    /** Whether there is room for one more; there always is if nothing waits. */
    boolean fits(Frame frame) {
        return room() == maxMessages || room() > 0 && roomBytes() >= frame.size();
    }

    /** {@link #wake} delivers it. */
    void put(Delivery delivery) {
        group.append(delivery, SequenceTracker.IN_ORDER);
    }

    void tell(Gap gap) {
        group.append(gap);
        wake();
    }

    void wake() {
        group.wake();
    }
}
