package io.broker4j.engine;

import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import io.broker4j.spi.Log;
import io.broker4j.spi.TopicFilter;
import java.util.Optional;

/** Finds what a durable topic, or a live topic, does not support (S8). */
final class Durables {
    private Durables() {}

    static UnsupportedException noLog(Topic<?> topic) {
        return new UnsupportedException(
                topic + " as a durable topic: this medium keeps no messages, use a live topic (README#durable)");
    }

    static UnsupportedException noHistory(Topic<?> topic) {
        return new UnsupportedException(
                "history of " + topic + ", a live topic, which keeps nothing: use Topic.durable (README#durable)");
    }

    /** The first thing in a subscription that is not supported; empty if all is supported. */
    static Optional<UnsupportedException> defect(Topic<?> topic, SubscribeOptions options, Optional<Log> log) {
        if (options.group().isEmpty() && !options.retry().equals(SubscribeOptions.Retry.DEFAULTS)) {
            return unsupported(topic, "retries without a group: add withGroup, only groups deliver again");
        }
        if (options.group().isEmpty() && options.prefetch() != SubscribeOptions.DEFAULTS.prefetch()) {
            return unsupported(topic, "a prefetch without a group: add withGroup, or use withMaxMessages");
        }
        if (!topic.isDurable()) {
            if (options.group().isPresent()) {
                return unsupported(topic, "a group on a live topic: use Topic.durable");
            }
            return options.start() instanceof Start.Now
                    ? Optional.empty()
                    : unsupported(topic, options.start() + " on a live topic, which keeps nothing: use Topic.durable");
        }
        if (TopicFilter.of(topic.name()).isPattern()) {
            return unsupported(topic, "wildcards on durable topics: subscribe to each");
        }
        if (options.overflow() != SubscribeOptions.DEFAULTS.overflow()) {
            return unsupported(
                    topic,
                    "overflow " + options.overflow()
                            + " on a durable topic, of which nothing is dropped: leave out withOverflow");
        }
        if (log.isEmpty()) {
            return Optional.of(noLog(topic));
        }
        if (options.group().isEmpty()) {
            return Optional.empty();
        }
        return log.get().groups().isEmpty()
                ? unsupported(topic, "groups: this medium has none")
                : deadTopicDefect(topic, DeadLetter.topic(options.group().get(), topic.name()));
    }

    /** The dead-letter topic must have a valid name, so that it can be read. */
    private static Optional<UnsupportedException> deadTopicDefect(Topic<?> topic, String dead) {
        return dead.length() > Topic.MAX_NAME_LENGTH
                ? unsupported(
                        topic,
                        "a group whose dead letters go to a topic of " + dead.length() + " characters, " + dead
                                + ": at most " + Topic.MAX_NAME_LENGTH + " are allowed, shorten either name")
                : Optional.empty();
    }

    private static Optional<UnsupportedException> unsupported(Topic<?> topic, String what) {
        return Optional.of(
                new UnsupportedException("subscribe to " + topic + ": not supported: " + what + " (README#durable)"));
    }
}
