package io.broker4j;

/** Something that happened to a broker, for logs, metrics and alarms; see {@link Broker#onEvent}. */
public sealed interface BrokerEvent {

    /** The link to the medium is up, at first or again. */
    record Connected(String medium) implements BrokerEvent {}

    /** The link to the medium is down; the broker keeps trying. */
    record Disconnected(String medium, String reason) implements BrokerEvent {}

    /** Something asked for does not work although the link is up; the broker keeps trying. */
    record Degraded(String reason) implements BrokerEvent {}

    /** Everything asked for works again. */
    record Restored() implements BrokerEvent {}

    /** Overflow removed {@code count} messages from a subscription of {@code topic}. */
    record Dropped(String topic, long count) implements BrokerEvent {}

    /** Frames arrived for a topic nobody subscribes to, or again: {@code count} of them were ignored. */
    record Ignored(String topic, long count, String reason) implements BrokerEvent {}

    /** A handler threw. */
    record HandlerFailed(String topic, String messageId, Throwable cause) implements BrokerEvent {}

    /** A message could not be decoded and was skipped (D6). */
    record Undecodable(String topic, String messageId, Throwable cause) implements BrokerEvent {}

    /** Listeners were too slow: {@code count} events are missing here. */
    record EventsLost(long count) implements BrokerEvent {}
}
