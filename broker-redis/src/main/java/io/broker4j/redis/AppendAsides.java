package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.spi.Frame;
import io.lettuce.core.protocol.CommandType;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Builds the commands that accompany appends. Nobody awaits their results: a lost link is expected here, and the first
 * refusal of each kind is logged.
 */
final class AppendAsides {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");

    private final String start;
    private final int database;
    private final ErrorMeaning meaning;
    private final AtomicBoolean hintFailed = new AtomicBoolean();
    private final AtomicBoolean persistFailed = new AtomicBoolean();

    /** {@code start} comes before the topic in every key and channel. */
    AppendAsides(String start, int database, ErrorMeaning meaning) {
        this.start = start;
        this.database = database;
        this.meaning = meaning;
    }

    /**
     * The hint that a topic's log has grown. If it names a position, it names the beginning of that
     * position's millisecond: after a log was deleted, a new log may assign ids within the same
     * millisecond again, and readers of the hint would report another loss.
     */
    Request<?> hint(String topic, Position known) {
        byte[] hint = new Frame.Hint(known.high() == 0 ? known : Position.of(known.high(), 0), database).toBytes();
        return aside(new Publish(meaning, start, topic, hint), hintFailed, "new messages may be read late");
    }

    /** Removes the idle expiry of a topic's log, even if another append has set it. */
    Request<?> persist(String topic) {
        String key = start + topic;
        Request<?> persist = new Query<>(
                CommandType.PERSIST,
                key,
                List.of(ChannelNames.bytes(key)),
                new TreeOutput<>(reply -> reply),
                error -> new BrokerException(meaning.ofLogCommand("PERSIST", key, error)));
        return aside(
                persist, persistFailed, "if another publisher has set an idle expiry for this log, it still applies");
    }

    private static Request<?> aside(Request<?> request, AtomicBoolean told, String consequence) {
        request.whenComplete((done, failure) -> {
            if (failure != null && request.isCarried() && told.compareAndSet(false, true)) {
                LOGGER.log(Level.WARNING, failure.getMessage() + "; " + consequence);
            }
        });
        return request;
    }
}
