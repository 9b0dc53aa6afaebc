package io.broker4j;

/** Something that happened to a broker, for logs, metrics and alarms; see {@link Broker#onEvent}. */
public sealed interface BrokerEvent {

    /**
     * The link to the medium is up, for the first time or again.
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
     * Part of what this broker was asked to do does not work although the link is up; the broker keeps trying.
     *
     * @param reason one line for people: what does not work, and the medium's answer if it gave one
     */
    record Degraded(String reason) implements BrokerEvent {}

    /** Everything that this broker was asked to do works again. */
    record Restored() implements BrokerEvent {}

    /**
     * Overflow removed messages from a subscription.
     *
     * @param topic the name subscribed to, wildcards included
     * @param count how many; a {@link Gap} tells the subscriber the same number
     */
    record Dropped(String topic, long count) implements BrokerEvent {}

    /**
     * A subscription was closed before its handler was called for all waiting messages: the time to deliver them had
     * passed or was zero, or the handler itself closed the subscription. On a durable topic the messages are still in
     * the log; on a live topic they are lost.
     *
     * @param topic the name subscribed to, wildcards included
     * @param count how many messages, at least 1, including messages removed by overflow that no
     *     gap has announced to the handler
     */
    record Undelivered(String topic, long count) implements BrokerEvent {}

    /**
     * Frames were ignored, because nobody subscribes to their topic or because they had arrived before.
     *
     * @param topic the topic that the frames were published to
     * @param count how many, at least 1
     * @param reason one line for people: which of the two reasons it was
     */
    record Ignored(String topic, long count, String reason) implements BrokerEvent {}

    /**
     * A topic is published as live and subscribed to as durable, or the other way round: its messages do not reach
     * those subscriptions. Reported once per topic.
     *
     * @param topic the topic that is published and subscribed to
     * @param reason one line for people: which of the two cases it is
     */
    record OtherKind(String topic, String reason) implements BrokerEvent {}

    /**
     * A publish failed (P9). The first failure is reported at once, later failures at most once a second together with
     * the number of failures in between. {@link Broker#failedPublishes} counts all failures.
     *
     * @param topic the topic of the newest failure
     * @param cause what the future of that publish failed with
     * @param more how many other publishes failed since the previous event
     */
    record PublishFailed(String topic, PublishException cause, long more) implements BrokerEvent {}

    /**
     * A handler threw.
     *
     * @param topic the name subscribed to, wildcards included
     * @param messageId the {@link Message#id} of the message being handled; empty if the handler
     *     was called for a gap
     * @param cause what it threw
     */
    record HandlerFailed(String topic, String messageId, Throwable cause) implements BrokerEvent {}

    /**
     * A message could not be decoded: it is skipped or, in a group, moved to the dead-letter topic (D6).
     *
     * @param topic the topic it was published to
     * @param messageId its {@link Message#id}
     * @param cause what the codec threw, or what is wrong with the frame
     */
    record Undecodable(String topic, String messageId, Throwable cause) implements BrokerEvent {}

    /**
     * A group gave up on a message and moved it to its dead-letter topic (L5).
     *
     * @param topic the topic it was published to
     * @param group the group
     * @param messageId its {@link Message#id}
     * @param attempts how often it was delivered
     * @param cause why the group gave up: what the handler or the codec did, or that members died while they had the
     *     message
     */
    record DeadLettered(String topic, String group, String messageId, int attempts, String cause)
            implements BrokerEvent {}

    /**
     * A dead-letter log was full: its oldest entries, read or unread, were dropped for new ones.
     *
     * @param topic the dead-letter topic
     * @param count how many were dropped, at least 1
     */
    record DeadLettersTrimmed(String topic, long count) implements BrokerEvent {}

    /**
     * Listeners were too slow, so events are missing at this point.
     *
     * @param count how many, at least 1
     */
    record EventsLost(long count) implements BrokerEvent {}
}
