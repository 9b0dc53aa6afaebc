package io.broker4j.chat;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The durable topic behind a room. From any thread; futures complete on threads of the broker. */
final class RoomLog {
    /** Messages it holds at least: twice as many as must be known to judge one. */
    static final int RETENTION = 2 * Duplicates.REACH;

    private static final int TOPIC_DIGITS = 32;

    private final Broker broker;
    private final Topic<byte[]> topic;
    private final RoomHistory past;

    RoomLog(String room, Broker broker, Timings timings) {
        this.broker = broker;
        topic = topic(room, timings.idleRoom());
        past = new RoomHistory(broker, topic, room, timings.resend().toMillis());
    }

    /** A room's name may be any text, a topic's may not. */
    static Topic<byte[]> topic(String room, Duration idle) {
        return Topic.bytes("chat.room." + Sha256.hex(room.getBytes(StandardCharsets.UTF_8), TOPIC_DIGITS))
                .durable(Retention.count(RETENTION).expireWhenIdle(idle));
    }

    RoomHistory past() {
        return past;
    }

    CompletableFuture<Position> publish(byte[] message) {
        return started(() -> broker.publisher(topic).publish(message))
                .thenApply(receipt -> receipt.position().orElseThrow());
    }

    /**
     * Follows the log from where the reader stands.
     *
     * @param handlers where the reader is called: an event loop, at most a few messages at a time, so that no thread comes
     *     in between and none is kept
     */
    CompletableFuture<Subscription> follow(RoomReader reader, Executor handlers) {
        Position from = reader.end();
        Start start = from.equals(Position.ORIGIN) ? Start.earliest() : Start.after(from);
        SubscribeOptions options =
                SubscribeOptions.DEFAULTS.withExecutor(handlers).withStart(start);
        return started(() -> broker.subscribe(topic, options, reader));
    }

    /** A closed broker throws where an open one returns a future. */
    private static <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (BrokerException closed) {
            return CompletableFuture.failedFuture(closed);
        }
    }
}
