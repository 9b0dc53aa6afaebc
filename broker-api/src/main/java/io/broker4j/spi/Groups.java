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
 * Consumer groups on the logs of a medium. The medium keeps, for each group of a log: a cursor, up to which entries were given
 * to some member; and for each entry given and not acknowledged (<em>pending</em>) its owner, since when it is idle, and how
 * often it was delivered. When to redeliver, take over or give up is the engine's.
 *
 * <p>Threads, failure and ownership as in {@link Log}. What the engine repeats after a failure is said per method. All methods
 * but {@link #create} fail with {@link MissingGroupException} if the medium does not know the group, because the log was
 * deleted or lost; the engine then creates it anew.
 */
public interface Groups {
    /** How many, where that cannot be told. */
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
     * @param position where it stands
     * @param attempt which delivery this is, from 1
     * @param frame what was appended; empty if the log dropped it while it was pending
     */
    record Taken(Position position, int attempt, Optional<Frame> frame) {}

    /**
     * The entries that one call gave.
     *
     * @param entries in log order
     * @param more whether there may be others; false only if there was none then
     * @param trimmed how many the log had dropped before any member had them, found by this call; {@link #UNKNOWN} if it may
     *     have dropped some; each told to one call only, as far as the medium can see to that
     */
    record Batch(List<Taken> entries, boolean more, long trimmed) {}

    /**
     * What a group has before it.
     *
     * @param undelivered entries of the log that no member has been given yet
     * @param pending entries given and not acknowledged
     */
    record Info(long undelivered, long pending) {}

    /** The medium does not know the group. */
    final class MissingGroupException extends BrokerException {
        private static final long serialVersionUID = 1;

        /**
         * With a message.
         *
         * @param message which group, and the medium's answer if it gave one
         */
        public MissingGroupException(String message) {
            super(message);
        }
    }

    /**
     * Creates a group, and the log if there is none. Idempotent: a group that exists is left as it is. Repeated.
     *
     * @param topic name of the log's topic
     * @param group its name
     * @param after the cursor: the group begins with the first entry after this position
     * @param passed how many entries were ever appended up to there, if that is known: what is dropped after it can then be
     *     counted
     * @return completes with whether it was created, so false if it existed
     */
    CompletableFuture<Boolean> create(String topic, String group, Position after, OptionalLong passed);

    /**
     * Gives the next entries that no member has had to this one, which owns them from then on; each is delivered for the first
     * time. Not repeatable: if the answer is lost the entries are the member's all the same. The engine asks for them by
     * {@link #pending} after every failure.
     *
     * @param member the new owner
     * @param maxEntries at most so many, at least 1
     * @param maxBytes about when to stop; but 1 entry is given if it is there
     * @return completes with the entries, {@code attempt} 1
     */
    CompletableFuture<Batch> claim(Member member, int maxEntries, long maxBytes);

    /**
     * Tells what a member owns. Changes no count of deliveries. Repeated at will.
     *
     * @param member the owner
     * @param after only those after this position
     * @param maxEntries at most so many, at least 1
     * @return completes with its pending entries in log order, with the count of deliveries as recorded
     */
    CompletableFuture<Batch> pending(Member member, Position after, int maxEntries);

    /**
     * Acknowledges: these entries are no longer pending, whoever owns them. Idempotent; repeated until it succeeds. The engine
     * acknowledges after the handler has returned (L4), entries that are dropped, and nothing else.
     *
     * @param member who handled them
     * @param positions at least one
     * @return completes when the medium has done so
     */
    CompletableFuture<Void> ack(Member member, List<Position> positions);

    /**
     * Records that an entry is about to be delivered again to its owner, who keeps it, as if just given. If the member does not
     * own it any more nothing changes. Idempotent; repeated.
     *
     * @param member the owner
     * @param position of the entry
     * @param attempt which delivery it will be, from 2
     * @return completes with whether the member owns it
     */
    CompletableFuture<Boolean> retry(Member member, Position position, int attempt);

    /**
     * Keeps entries from being taken over: those that the member owns are as if just given. Others are left alone, also if they
     * were the member's before. Idempotent; repeated.
     *
     * @param member the owner
     * @param positions at least one
     * @return completes with those of the positions that the member owns
     */
    CompletableFuture<List<Position>> renew(Member member, List<Position> positions);

    /**
     * Makes entries pending again that are not, since another program has taken them away from the member, which owns them then.
     * The engine asks for entries that the member had and did not acknowledge, give back or bury, while its lease on them holds.
     * Pending entries are left alone. Idempotent; repeated.
     *
     * @param member the new owner
     * @param positions at least one
     * @return completes with those that were not pending; those that the log has dropped are among them and stay so
     */
    CompletableFuture<List<Position>> regain(Member member, List<Position> positions);

    /**
     * Makes a member the owner of entries that were released, or left idle by other members, and counts one more delivery of
     * each. What the member owns itself is left alone. Not repeatable, see {@link #claim}.
     *
     * @param member the new owner
     * @param idle only what was released, or was given, retried or renewed at least so long ago, by the medium's clock
     * @param maxEntries at most so many, at least 1
     * @return completes with the entries taken over; {@code attempt} includes the delivery to come; {@code trimmed} is 0
     */
    CompletableFuture<Batch> takeOver(Member member, Duration idle, int maxEntries);

    /**
     * Gives entries back that the member owns and has not begun to handle: nobody owns them, and any member, this one too, can
     * take them over at once. Others are left alone. Idempotent; repeated. The members of the group are told as by a hint, one that names {@link Position#ORIGIN}.
     *
     * @param member the owner
     * @param attempts of each position which delivery the next one will be
     * @return completes when the medium has done so
     */
    CompletableFuture<Void> release(Member member, Map<Position, Integer> attempts);

    /**
     * Gives up on an entry: if the member still owns it, appends {@code dead} to another log, with its hint, and acknowledges
     * the entry, both or neither (L5). Safe to repeat: once done the member does not own it any more.
     *
     * @param member the owner
     * @param position of the entry
     * @param deadTopic name of the topic to append to
     * @param dead what to append
     * @param retention of that topic, as for {@link Log#append}
     * @return completes with how many of its oldest entries the other log dropped for it; empty if the member did not own the
     *     entry, and so nothing was done
     */
    CompletableFuture<OptionalLong> bury(
            Member member, Position position, String deadTopic, Frame dead, Retention retention);

    /**
     * Tells what a group has before it. Changes nothing; repeated at will.
     *
     * @param topic name of the log's topic
     * @param group its name
     * @return completes with a view of one moment
     */
    CompletableFuture<Info> info(String topic, String group);
}
