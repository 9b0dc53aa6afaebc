package io.broker4j.spi;

import io.broker4j.Position;
import io.broker4j.Retention;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The logs of a medium, one per durable topic, as a {@link Transport} offers them. A log
 * appends, reads, and tells its state; the engine decides when to read, what was lost, and what becomes of a message.
 *
 * <p>A log numbers what is appended: positions grow, and none is given twice, also not after the log was deleted and begun
 * anew, as far as the medium can see to that. It drops its oldest entries as {@link Retention} says. A log that does not exist
 * is an empty one: reading it is no error, appending makes it.
 *
 * <p><b>Hints.</b> The log is the truth, a hint only says that it may be worth reading. After an append, and before or after
 * it is answered, the transport hands a {@link Frame.Hint} to every inlet of the topic that is subscribed for {@linkplain
 * Transport.Kind#HINTS hints}, on any broker. How it travels, and whether many appends share one, is the transport's
 * affair. A hint may be lost, doubled or late, as long as most arrive soon: the engine also reads when a subscription is
 * {@linkplain Inlet#renewed renewed} and when it has heard nothing for a while.
 *
 * <p><b>Threads.</b> Called from any thread, also from several at once; no method blocks or throws. Futures may complete on the
 * transport's threads, where the engine does little and does not block.
 *
 * <p><b>Failure and retry.</b> A future completes within the transport's own time-out, always. Except for {@link #append} it
 * fails with a {@link io.broker4j.BrokerException}: at once while disconnected. The transport retries nothing; the engine
 * repeats, with back-off, everything that may be repeated, and says per method what that is.
 *
 * <p><b>Ownership.</b> Frames and lists are handed over in both directions and not changed afterwards.
 */
public interface Log {

    /**
     * What stands at a position.
     *
     * @param position where
     * @param frame as appended, or made by {@link Frame#logged} or {@link Frame#undecodable}
     */
    record Entry(Position position, Frame frame) {}

    /**
     * The entries that one read gave.
     *
     * @param entries in the order asked for, without holes
     * @param more whether there may be others beyond the last one; false only if there was none when it was read
     */
    record Batch(List<Entry> entries, boolean more) {}

    /**
     * The state of a log at one moment.
     *
     * @param added how many entries were ever appended, dropped ones included; 0 for a log that does not exist
     * @param length how many it holds
     * @param first position of the oldest it holds; empty if it holds none
     * @param last position of the newest ever appended, whether or not it is held; {@link Position#ORIGIN} if there was none
     */
    record Info(long added, long length, Optional<Position> first, Position last) {}

    /**
     * Appends one entry and sends the hint. Called under a lock per topic; entries must be appended in the order of the calls.
     * As with {@link Outlet#publish}: nothing may be queued while disconnected, appended twice, or appended after the
     * future has completed; the engine cancels the future when the publish time-out has passed, and never repeats an append.
     *
     * @param topic its name
     * @param frame with {@link Frame#id}, {@link Frame#publishedAtMillis}, {@link Frame#headers} and
     *     {@link Frame#payloadBytes}, which a reader on any broker must get back
     * @param retention what to keep: at least {@code count} entries and at most 1,000 more, also if another publisher wants
     *     more; the log is deleted once nothing has been appended for the {@code idleExpiry} of its newest entry
     * @return completes with the entry's position when the log has it (P2), or exceptionally with a
     *     {@link io.broker4j.PublishException} (P3); already complete with {@code NOT_SENT} if it was refused here
     */
    CompletableFuture<Position> append(String topic, Frame frame, Retention retention);

    /**
     * Reads on from a position, which is <em>included</em>: that its entry comes back first shows the engine that the log is
     * still the one it was. Changes nothing; repeated at will.
     *
     * @param topic its name
     * @param from the first entry is this one, or, if it is not there, the first after it
     * @param maxEntries at most so many, at least 2
     * @param maxBytes about when to stop, counting payloads and headers; but 2 entries are given if they are there
     * @return completes with the entries, oldest first
     */
    CompletableFuture<Batch> read(String topic, Position from, int maxEntries, long maxBytes);

    /**
     * Reads back from a position, which is not included. Changes nothing; repeated at will.
     *
     * @param topic its name
     * @param before only entries before this one, whether or not it is there; empty for the end of the log
     * @param maxEntries at most so many, at least 1
     * @param maxBytes about when to stop, counting payloads and headers; but 1 entry is given if it is there
     * @return completes with the entries, <em>newest first</em>
     */
    CompletableFuture<Batch> readBack(String topic, Optional<Position> before, int maxEntries, long maxBytes);

    /**
     * Finds the first entry that was appended at a time or later. Changes nothing; repeated at will. A medium that keeps
     * the time of each append looks there; unless overridden, this reads back from the end and compares {@link
     * Frame#publishedAtMillis}.
     *
     * @param topic its name
     * @param millis since the epoch
     * @return completes with the position; empty if all entries are older
     */
    default CompletableFuture<Optional<Position>> firstSince(String topic, long millis) {
        return BackwardSearch.firstSince(this, topic, millis);
    }

    /**
     * Tells the state of a log. Changes nothing; repeated at will.
     *
     * @param topic its name
     * @return completes with a view of one moment, not earlier than the call
     */
    CompletableFuture<Info> info(String topic);

    /** {@return the consumer groups of these logs; empty if this medium has none} */
    default Optional<Groups> groups() {
        return Optional.empty();
    }
}
