package io.broker4j.engine;

import io.broker4j.Gap;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;

/**
 * The mailbox that the reader of a log fills, in a group of its own. Nothing is dropped: the reader
 * reads no more than there is room for. The reader's steps write to it, one after another.
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

    /** Creates an intake for a source; the source learns the outcome of each message. */
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

    /** For how many bytes there is room. Negative after a message that is larger than the room it found. */
    long roomBytes() {
        return maxBytes - group.backlog().newest().bytes + mailbox.cursor().last().bytes;
    }

    boolean isFull() {
        return room() == 0 || roomBytes() <= 0;
    }

    /** Whether enough has been delivered to make another read worthwhile. */
    boolean isHalfEmpty() {
        return room() * 2L >= maxMessages && roomBytes() * 2 >= maxBytes;
    }

    /** Whether there is room for one more message; if nothing waits, there is. */
    boolean fits(Frame frame) {
        return room() == maxMessages || room() > 0 && roomBytes() >= frame.size();
    }

    /** Adds a message; {@link #wake} delivers it. */
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
