package io.broker4j.spi;

import io.broker4j.Position;
import io.broker4j.Retention;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The logs of a medium, one per durable topic, as a {@link Transport} offers them. A log appends,
 * reads, and reports its state. The engine decides when to read, what was lost, and what becomes of
 * a message.
 *
 * <p>A log assigns a position to each entry that is appended. Positions grow. No position is
 * assigned twice, even after the log was deleted and created again, as far as the medium can ensure
 * this. A log drops its oldest entries as {@link Retention} says. A log that does not exist counts
 * as empty: reading it is no error, and appending creates it.
 *
 * <p><b>Hints.</b> A hint only says that the log may have grown; the engine then reads the log.
 * After an append, and before or after the append is answered, the transport hands a
 * {@link Frame.Hint} to every inlet of the topic that is subscribed for
 * {@linkplain Transport.Kind#HINTS hints}, on any broker. The transport decides how a hint travels,
 * and whether several appends share one hint. A hint may be lost, duplicated or late, as long as
 * most hints arrive soon: the engine also reads when a subscription is
 * {@linkplain Inlet#renewed renewed} and when it has received no hint for a time.
 *
 * <p><b>Threads.</b> Called from any thread, also from several at once; no method blocks or throws. Futures may complete on the
 * transport's threads, where the engine does little and does not block.
 *
 * <p><b>Failure and retry.</b> Every future completes within the transport's own time-out. It fails
 * with a {@link io.broker4j.BrokerException}, for {@link #append} with a
 * {@link io.broker4j.PublishException}; while disconnected it fails at once. The transport retries
 * nothing. The engine repeats, with back-off, each request whose method says that it may be
 * repeated.
 *
 * <p><b>Ownership.</b> Frames and lists are handed over in both directions and not changed afterwards.
 */
public interface Log {

    /**
     * One entry of a log.
     *
     * @param position its position
     * @param frame as appended, or made by {@link Frame#logged} or {@link Frame#undecodable}
     */
    record Entry(Position position, Frame frame) {}

    /**
     * The entries that one read returned.
     *
     * @param entries in the order asked for, without holes
     * @param more whether there may be entries beyond the last one; false only if there were none
     *     at the time of the read
     */
    record Batch(List<Entry> entries, boolean more) {}

    /**
     * The state of a log at one moment.
     *
     * @param added how many entries were ever appended, including dropped ones; 0 for a log that
     *     does not exist
     * @param length how many entries it holds
     * @param first position of the oldest entry that it holds; empty if it holds none
     * @param last position of the newest entry ever appended, even if the log no longer holds it;
     *     {@link Position#ORIGIN} if there was none
     */
    record Info(long added, long length, Optional<Position> first, Position last) {}

    /**
     * Appends one entry and sends the hint. Called under a lock per topic; entries must be appended in the order of the calls.
     * As with {@link Outlet#publish}: nothing may be queued while disconnected, appended twice, or appended after the
     * future has completed; the engine cancels the future when the publish time-out has passed, and never repeats an append.
     *
     * @param topic name of the log's topic
     * @param frame with {@link Frame#id}, {@link Frame#publishedAtMillis}, {@link Frame#headers} and
     *     {@link Frame#payloadBytes}, which a reader on any broker must get back
     * @param retention what to keep: at least {@code count} entries and at most 1,000 more, even if
     *     another publisher wants more; the log is deleted once nothing has been appended for the
     *     {@code idleExpiry} of its newest entry
     * @return completes with the entry's position when the log has it (P2), or exceptionally with a
     *     {@link io.broker4j.PublishException} (P3); already complete with {@code NOT_SENT} if it was refused here
     */
    CompletableFuture<Position> append(String topic, Frame frame, Retention retention);

    /**
     * Reads forward from a position. The entry at the position is <em>included</em>: if it comes
     * back first, the engine knows that the log is still the same. Changes nothing; may be repeated
     * at any time.
     *
     * @param topic name of the log's topic
     * @param from position of the first entry; if the log has no entry there, the read begins with
     *     the next one
     * @param maxEntries at most this many, at least 2
     * @param maxBytes approximate limit on payloads and headers together; 2 entries are returned
     *     even if they are larger
     * @return completes with the entries, oldest first
     */
    CompletableFuture<Batch> read(String topic, Position from, int maxEntries, long maxBytes);

    /**
     * Reads backward from a position. The entry at the position is not included. Changes nothing;
     * may be repeated at any time.
     *
     * @param topic name of the log's topic
     * @param before only entries before this position are read, even if the log has no entry there;
     *     empty for the end of the log
     * @param maxEntries at most this many, at least 1
     * @param maxBytes approximate limit on payloads and headers together; 1 entry is returned even
     *     if it is larger
     * @return completes with the entries, <em>newest first</em>
     */
    CompletableFuture<Batch> readBack(String topic, Optional<Position> before, int maxEntries, long maxBytes);

    /**
     * Finds the first entry that was appended at a time or later. Changes nothing; may be repeated
     * at any time. A medium that stores the time of each append overrides this method. The default
     * reads backward from the end and compares {@link Frame#publishedAtMillis}.
     *
     * @param topic name of the log's topic
     * @param millis since the epoch
     * @return completes with the position; empty if all entries are older
     */
    default CompletableFuture<Optional<Position>> firstSince(String topic, long millis) {
        return new BackwardSearch(this, topic, millis).run();
    }

    /**
     * Returns the state of a log. Changes nothing; may be repeated at any time.
     *
     * @param topic name of the log's topic
     * @return completes with the state at one moment, not earlier than the call
     */
    CompletableFuture<Info> info(String topic);

    /** {@return the consumer groups of these logs; empty if this medium has none} */
    default Optional<Groups> groups() {
        return Optional.empty();
    }
}
