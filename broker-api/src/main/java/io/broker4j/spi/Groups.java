package io.broker4j.spi;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Consumer groups on the logs of a medium. For each group of a log the medium keeps a cursor: the entries up to it were
 * given to some member. For each entry given and not acknowledged (<em>pending</em>) the medium keeps the owner, the
 * start of its idle time, and the number of its deliveries. The engine decides when to redeliver, take over or give up.
 *
 * <p>Threads, failure and ownership as in {@link Log}. Each method says what the engine repeats
 * after a failure. All methods but {@link #create} fail with {@link MissingGroupException} if the
 * medium does not know the group, because the log was deleted or lost; the engine then creates the
 * group again.
 */
public interface Groups {
    /** A count that is not known. */
    long UNKNOWN = -1;

    /**
     * A subscription that is a member of a group.
     *
     * @param topic name of the log's topic
     * @param group name of the group, one segment
     * @param name unique over all brokers: 1–64 characters of {@code [a-z0-9-]}
     */
    record Member(String topic, String group, String name) {}

    /**
     * A pending entry of the member that asked.
     *
     * @param position its position in the log
     * @param attempt which delivery this is, from 1
     * @param frame what was appended; empty if the log dropped it while it was pending
     */
    record Taken(Position position, int attempt, Optional<Frame> frame) {}

    /**
     * The entries given by one call.
     *
     * @param entries in log order
     * @param more whether there may be further entries; false only if there were none at the time of the call
     * @param trimmed how many entries the log dropped before any member had them, as this call
     *     found; {@link #UNKNOWN} if the log may have dropped some. As far as it can, the medium
     *     reports each such entry to one call only
     */
    record Batch(List<Taken> entries, boolean more, long trimmed) {}

    /**
     * The number of entries that a group still has to handle.
     *
     * @param undelivered entries of the log that no member has been given yet
     * @param pending entries given and not acknowledged, of all owners
     */
    record Info(long undelivered, long pending) {}

    /** The medium does not know the group. */
    final class MissingGroupException extends BrokerException {
        private static final long serialVersionUID = 1;

        /**
         * Creates an exception with a message.
         *
         * @param message which group, and the medium's answer if it gave one
         */
        public MissingGroupException(String message) {
            super(message);
        }
    }

    /**
     * Creates a group, and its log if there is none. Idempotent: an existing group does not change.
     * The engine repeats it after a failure.
     *
     * @param topic name of the log's topic
     * @param group its name
     * @param after the cursor: the group begins with the first entry after this position
     * @param passed how many entries were ever appended up to {@code after}, if that is known: the medium can then
     *     count the entries dropped after it
     * @return completes with true if the group was created, false if it existed
     */
    CompletableFuture<Boolean> create(String topic, String group, Position after, OptionalLong passed);

    /**
     * Gives this member the next entries that no member has had. The member owns them from then on,
     * and each is delivered for the first time. Not repeatable: if the answer is lost, the member
     * still owns the entries. After every failure the engine asks for them with {@link #pending}.
     *
     * @param member the new owner
     * @param maxEntries at most this many, at least 1
     * @param maxBytes approximate limit; one available entry is given even if it is larger
     * @return completes with the entries, {@code attempt} 1
     */
    CompletableFuture<Batch> claim(Member member, int maxEntries, long maxBytes);

    /**
     * Returns the entries that a member owns. Changes no count of deliveries. The engine may repeat
     * it at any time.
     *
     * @param member the owner
     * @param after only those after this position
     * @param maxEntries at most this many, at least 1
     * @return completes with its pending entries in log order, with the count of deliveries as recorded
     */
    CompletableFuture<Batch> pending(Member member, Position after, int maxEntries);

    /**
     * Acknowledges: these entries are no longer pending, even if another member owns them.
     * Idempotent; the engine repeats it until it succeeds. The engine acknowledges an entry after
     * the handler has returned (L4), or when the log has dropped it, and in no other case.
     *
     * @param member who handled them
     * @param positions at least one
     * @return completes when the medium has done so
     */
    CompletableFuture<Void> ack(Member member, List<Position> positions);

    /**
     * Records that an entry is about to be delivered again to its owner. The owner keeps the entry,
     * and its idle time starts anew. Nothing changes if the member no longer owns the entry.
     * Idempotent; the engine repeats it after a failure.
     *
     * @param member the owner
     * @param position of the entry
     * @param attempt which delivery it will be, from 2
     * @return completes with whether the member owns it
     */
    CompletableFuture<Boolean> retry(Member member, Position position, int attempt);

    /**
     * Keeps entries from being taken over: the idle time of the entries that the member owns starts
     * anew. Other entries do not change, even if the member owned them before. Idempotent; the
     * engine repeats it after a failure.
     *
     * @param member the owner
     * @param positions at least one
     * @return completes with those of the positions that the member owns
     */
    CompletableFuture<List<Position>> renew(Member member, List<Position> positions);

    /**
     * Makes entries pending again after another program has made them not pending; the member then
     * owns them. The engine asks only for entries that the member had and did not acknowledge, give
     * back or bury, while the member's lease on them holds. Entries that are still pending do not
     * change. Idempotent; the engine repeats it after a failure.
     *
     * @param member the new owner
     * @param positions at least one
     * @return completes with the entries that were not pending; entries that the log has dropped are included and stay
     *     not pending
     */
    CompletableFuture<List<Position>> regain(Member member, List<Position> positions);

    /**
     * Makes a member the owner of entries that were released, or left idle by other members, and
     * adds one to their count of deliveries. Entries that the member itself owns do not change. Not
     * repeatable, see {@link #claim}.
     *
     * @param member the new owner
     * @param idle takes only entries that were released, or that were last given, retried or
     *     renewed at least this long ago by the medium's clock
     * @param maxEntries at most this many, at least 1
     * @return completes with the entries taken over; {@code attempt} includes the delivery to come; {@code trimmed} is 0
     */
    CompletableFuture<Batch> takeOver(Member member, Duration idle, int maxEntries);

    /**
     * Gives back entries that the member owns and has not begun to handle: nobody owns them, and
     * any member, including this one, can take them over at once. Other entries do not change.
     * Idempotent; the engine repeats it after a failure. The members of the group receive a hint
     * that names {@link Position#ORIGIN}.
     *
     * @param member the owner
     * @param attempts the number of the next delivery for each position
     * @return completes when the medium has done so
     */
    CompletableFuture<Void> release(Member member, Map<Position, Integer> attempts);

    /**
     * Gives up on an entry. If the member still owns the entry, appends {@code dead} to another
     * log, with its hint, and acknowledges the entry: both or neither (L5). Safe to repeat: after
     * success the member no longer owns the entry.
     *
     * @param member the owner
     * @param position of the entry
     * @param deadTopic name of the topic to append to
     * @param dead what to append
     * @param retention retention of {@code deadTopic}, as for {@link Log#append}
     * @return completes with how many of its oldest entries the other log dropped for the dead
     *     letter; empty if the member did not own the entry, and nothing was done
     */
    CompletableFuture<OptionalLong> bury(
            Member member, Position position, String deadTopic, Frame dead, Retention retention);

    /**
     * Returns how many entries a group still has to handle. Changes nothing; the engine may repeat
     * it at any time.
     *
     * @param topic name of the log's topic
     * @param group its name
     * @return completes with the numbers of one moment
     */
    CompletableFuture<Info> info(String topic, String group);
}
