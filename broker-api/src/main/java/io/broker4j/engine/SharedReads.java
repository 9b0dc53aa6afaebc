package io.broker4j.engine;

import io.broker4j.Position;
import io.broker4j.spi.Log;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The reads that plain readers of a broker have under way. Readers that are at the same place of
 * one log, and that a hint wakes together, share one read: a message costs the medium one read,
 * however many subscriptions of the broker follow its topic.
 */
final class SharedReads {
    private final Log log;

    /** The last read of each topic, until it is answered. */
    private final Map<String, Read> reads = new ConcurrentHashMap<>();

    /** A read, and the number of the newest hint before it was sent. */
    private record Read(Position from, long hint, CompletableFuture<Log.Batch> answer) {}

    SharedReads(Log log) {
        this.log = log;
    }

    /**
     * Reads as {@link Log#read}, or joins a read under way that was sent after every hint that the
     * caller has received. A joined read may bring more than asked for.
     *
     * @param hint the number of the newest hint that the caller has received
     */
    CompletableFuture<Log.Batch> read(String topic, Position from, long hint, int maxEntries, long maxBytes) {
        Read running = reads.get(topic);
        if (running != null && !running.answer.isDone() && running.from.equals(from) && hint <= running.hint) {
            return running.answer;
        }
        return readAlone(topic, from, hint, maxEntries, maxBytes);
    }

    /** Reads for a caller that must see what is in the log now, hint or not. */
    CompletableFuture<Log.Batch> readAlone(String topic, Position from, long hint, int maxEntries, long maxBytes) {
        CompletableFuture<Log.Batch> answer = log.read(topic, from, maxEntries, maxBytes);
        if (!answer.isDone()) {
            Read read = new Read(from, hint, answer);
            reads.put(topic, read);
            answer.whenComplete((batch, failure) -> reads.remove(topic, read));
        }
        return answer;
    }
}
