package io.broker4j.spi;

import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import java.util.Optional;

/** What cannot be done with a durable topic, or with a live one (S8). */
final class Durables {
    private Durables() {}

    static UnsupportedException noLog(Topic<?> topic) {
        return new UnsupportedException(
                topic + " as a durable topic: this medium keeps no messages, use a live topic (README#durable)");
    }

    /** What of a subscription is not supported, or nothing. */
    static Optional<UnsupportedException> defect(Topic<?> topic, SubscribeOptions options, Optional<Log> log) {
        if (options.group().isEmpty() && !options.retry().equals(SubscribeOptions.Retry.DEFAULTS)) {
            return unsupported(topic, "retries without a group: add withGroup, only groups deliver again");
        }
        if (topic.retention().isEmpty()) {
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
        if (log.isEmpty()) {
            return Optional.of(noLog(topic));
        }
        return options.group().isPresent() && log.get().groups().isEmpty()
                ? unsupported(topic, "groups: this medium has none")
                : Optional.empty();
    }

    private static Optional<UnsupportedException> unsupported(Topic<?> topic, String what) {
        return Optional.of(
                new UnsupportedException("subscribe to " + topic + ": not supported: " + what + " (README#durable)"));
    }
}
