package io.broker4j;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One message as a subscription sees it. Immutable; the payload is shared by all subscriptions of a broker and must be
 * treated as immutable too.
 *
 * @param <T> type of the payload
 */
public interface Message<T> {

    /** {@return the decoded payload, never null} */
    T payload();

    /** {@return the headers, unmodifiable; empty if there are none} */
    Map<String, String> headers();

    /** {@return the name of the topic it was published to: never a wildcard} */
    String topic();

    /**
     * The identity the publisher's receipt shows too. A bare payload put on the medium by another program has none; it
     * gets one that is unique in this broker.
     *
     * @return the identity, never empty
     */
    String id();

    /**
     * {@return when it was published, by the publisher's clock, in milliseconds; for a bare payload, when it was
     * received}
     */
    Instant publishedAt();

    /** {@return its place in the log of its durable topic; empty on a live topic} */
    Optional<Position> position();

    /** {@return how many times it has been delivered to the subscription's group, this time included; 1 without a group} */
    int attempt();

    /**
     * A message for tests of subscribers.
     *
     * @param <T> type of the payload
     * @param topic not checked
     * @param payload not copied
     * @return the message, without headers, with the id {@code test} and published at the epoch
     */
    static <T> Message<T> of(String topic, T payload) {
        return of(topic, payload, Map.of());
    }

    /**
     * A message with headers for tests of subscribers.
     *
     * @param <T> type of the payload
     * @param topic not checked
     * @param payload not copied
     * @param headers copied, their limits not checked
     * @return the message, with the id {@code test}, published at the epoch, without position
     */
    static <T> Message<T> of(String topic, T payload, Map<String, String> headers) {
        return new PlainMessage<>(payload, Map.copyOf(headers), topic, "test", Instant.EPOCH);
    }
}
