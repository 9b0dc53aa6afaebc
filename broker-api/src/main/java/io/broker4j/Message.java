package io.broker4j;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
     * The identity of the message; the publisher's receipt shows the same one. A bare payload that
     * another program put on the medium has no identity: this broker assigns one that is unique
     * within this broker.
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

    /**
     * {@return how many times it has been delivered to the subscription's group, including this
     * delivery; 1 without a group}
     */
    int attempt();

    /**
     * A message for tests of subscribers.
     *
     * @param <T> type of the payload
     * @param topic not checked
     * @param payload not copied
     * @return the message, without headers and position, with the id {@code test}, published at the epoch, attempt 1
     */
    static <T> Message<T> of(String topic, T payload) {
        return builder(topic, payload).build();
    }

    /**
     * A message for tests of subscribers that look at more than the payload.
     *
     * @param <T> type of the payload
     * @param topic not checked
     * @param payload not copied
     * @return a builder that starts with the values of {@link #of}
     */
    static <T> Builder<T> builder(String topic, T payload) {
        return new Builder<>(topic, payload);
    }

    /**
     * Builds messages for tests of subscribers. Nothing is checked. Not safe for use from several threads.
     *
     * @param <T> type of the payload
     */
    final class Builder<T> {
        private final String topic;
        private final T payload;
        private Map<String, String> headers = Map.of();
        private String id = "test";
        private Instant publishedAt = Instant.EPOCH;
        private @Nullable Position position;
        private int attempt = 1;

        private Builder(String topic, T payload) {
            this.topic = topic;
            this.payload = payload;
        }

        /**
         * {@return this builder}
         *
         * @param all copied
         */
        public Builder<T> headers(Map<String, String> all) {
            headers = Map.copyOf(Objects.requireNonNull(all, "headers"));
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param identity as {@link Message#id}
         */
        public Builder<T> id(String identity) {
            id = identity;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param time as {@link Message#publishedAt}
         */
        public Builder<T> publishedAt(Instant time) {
            publishedAt = time;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param place as {@link Message#position}
         */
        public Builder<T> position(Position place) {
            position = place;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param delivery as {@link Message#attempt}
         */
        public Builder<T> attempt(int delivery) {
            attempt = delivery;
            return this;
        }

        /** {@return the message} */
        public Message<T> build() {
            return new PlainMessage<>(payload, headers, topic, id, publishedAt, Optional.ofNullable(position), attempt);
        }
    }
}
