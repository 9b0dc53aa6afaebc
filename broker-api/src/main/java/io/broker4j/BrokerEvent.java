package io.broker4j;

/** Something that happened to a broker, for logs, metrics and alarms; see {@link Broker#onEvent}. */
public sealed interface BrokerEvent {

    /**
     * The link to the medium is up, at first or again.
     *
     * @param medium its address, without credentials
     */
    record Connected(String medium) implements BrokerEvent {}

    /**
     * The link to the medium is down; the broker keeps trying.
     *
     * @param medium its address, without credentials
     * @param reason one line for people: which connection, and what ended it
     */
    record Disconnected(String medium, String reason) implements BrokerEvent {}

    /**
     * Something asked for does not work although the link is up; the broker keeps trying.
     *
     * @param reason one line for people: what does not work, and the medium's answer if it gave one
     */
    record Degraded(String reason) implements BrokerEvent {}

    /** Everything asked for works again. */
    record Restored() implements BrokerEvent {}

    /**
     * Overflow removed messages from a subscription.
     *
     * @param topic the name subscribed to, wildcards included
     * @param count how many; the subscriber is told the same by a {@link Gap}
     */
    record Dropped(String topic, long count) implements BrokerEvent {}

    /**
     * A subscription was closed before its handler was called for all that waited: the time to deliver it had passed, or was
     * zero, or the handler itself closed it. On a durable topic the messages are still in the log, on a live one they are lost.
     *
     * @param topic the name subscribed to, wildcards included
     * @param count how many messages, at least 1, those removed by overflow included if the handler was not told of them
     */
    record Undelivered(String topic, long count) implements BrokerEvent {}

    /**
     * Frames arrived for a topic nobody subscribes to, or again, and were ignored.
     *
     * @param topic the topic they were published to
     * @param count how many, at least 1
     * @param reason one line for people: which of the two it was
     */
    record Ignored(String topic, long count, String reason) implements BrokerEvent {}

    /**
     * A topic is published as one kind and subscribed to as the other, live and durable: what is published does not reach
     * those subscriptions. Told once per topic.
     *
     * @param topic the topic that it was published to
     * @param reason one line for people: which of the two it is
     */
    record OtherKind(String topic, String reason) implements BrokerEvent {}

    /**
     * A publish failed (P9): the first at once, then at most one event a second, with how many more failed since the one before.
     * {@link Broker#failedPublishes} counts all of them.
     *
     * @param topic the topic of the newest of them
     * @param cause what the future of that publish failed with
     * @param more how many others failed since the event before
     */
    record PublishFailed(String topic, PublishException cause, long more) implements BrokerEvent {}

    /**
     * A handler threw.
     *
     * @param topic the name subscribed to, wildcards included
     * @param messageId the {@link Message#id} of what it was handling; empty if that was a gap
     * @param cause what it threw
     */
    record HandlerFailed(String topic, String messageId, Throwable cause) implements BrokerEvent {}

    /**
     * A message could not be decoded: it is skipped, or given to the group's dead-letter topic (D6).
     *
     * @param topic the topic it was published to
     * @param messageId its {@link Message#id}
     * @param cause what the codec threw, or what is wrong with the frame
     */
    record Undecodable(String topic, String messageId, Throwable cause) implements BrokerEvent {}

    /**
     * A group has given up on a message, which is in its dead-letter topic now (L5).
     *
     * @param topic the topic it was published to
     * @param group the group
     * @param messageId its {@link Message#id}
     * @param attempts how often it was delivered
     * @param cause why it was given up: what the handler or the codec did, or that members died with it
     */
    record DeadLettered(String topic, String group, String messageId, int attempts, String cause)
            implements BrokerEvent {}

    /**
     * A log of dead letters was full: its oldest were dropped for new ones, unread or not.
     *
     * @param topic the dead-letter topic
     * @param count how many were dropped, at least 1
     */
    record DeadLettersTrimmed(String topic, long count) implements BrokerEvent {}

    /**
     * Listeners were too slow, and events are missing here.
     *
     * @param count how many, at least 1
     */
    record EventsLost(long count) implements BrokerEvent {}
}
