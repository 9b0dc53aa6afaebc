package io.broker4j.engine;

import io.broker4j.Gap;
import io.broker4j.Position;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a group's member to the medium: joining, taking entries, acknowledging, retrying
 * and giving back. Puts the entries that it takes into the mailbox's group and the {@link Ledger}.
 * The steps of the {@link GroupReader} use it, one after another.
 */
final class Membership {

    private final LogReaders readers;
    private final Groups groups;
    private final Groups.Member member;
    private final String topic;
    private final Start start;
    private final int maxDeliveries;
    private final Intake intake;
    private final Ledger ledger;
    private final Lease lease;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();

    /** Whether the group is known to exist. */
    private volatile boolean exists;

    /**
     * Whether the group was created again, perhaps successfully although no answer came. Used by
     * steps.
     */
    private boolean recreated;

    /** The member may own entries that it does not know, because an answer or the lease was lost. */
    private volatile boolean inDoubt;

    /** The position up to which owned entries have been recovered; null for all. */
    private volatile @Nullable Position recovered;

    Membership(
            LogReaders readers,
            Groups.Member member,
            SubscribeOptions options,
            Intake intake,
            Ledger ledger,
            Lease lease) {
        this.readers = readers;
        this.groups = readers.log().groups().orElseThrow();
        this.member = member;
        this.topic = member.topic();
        this.start = options.start();
        this.maxDeliveries = options.retry().maxDeliveries();
        this.intake = intake;
        this.ledger = ledger;
        this.lease = lease;
    }

    /** Completes when the group exists for the first time. */
    CompletableFuture<Void> joined() {
        return joined;
    }

    boolean exists() {
        return exists;
    }

    /** Records that the medium no longer knows the group. */
    void vanished() {
        exists = false;
        ledger.forget();
    }

    /** Records that the member may own entries that it does not know. */
    void doubt() {
        inDoubt = true;
    }

    boolean isInDoubt() {
        return inDoubt || recovered != null;
    }

    /**
     * Creates the group. A group that has vanished begins again at the start of the log, so that it
     * misses nothing published since.
     */
    CompletableFuture<?> create() {
        if (joined.isDone()) {
            boolean perhaps = recreated;
            recreated = true;
            return groups.create(topic, member.group(), Position.ORIGIN, OptionalLong.of(0))
                    .thenAccept(created -> begun(created || perhaps ? Gap.of(topic, Gap.Reason.RESET) : null));
        }
        return new Starting(readers.log(), topic)
                .place(start)
                .thenCompose(place -> groups.create(topic, member.group(), place.preceding(), place.known()))
                .thenAccept(created -> begun(null));
    }

    private void begun(@Nullable Gap gap) {
        exists = true;
        recreated = false;
        if (gap != null) {
            intake.tell(gap);
        }
        DeferredCalls.run(() -> joined.complete(null)); // the calling step may run under a transport's locks
    }

    /** Asks for the owned entries, one page at a time; each new doubt starts from the beginning. */
    CompletableFuture<?> recover(int max) {
        Position reached = recovered;
        Position after = inDoubt || reached == null ? Position.ORIGIN : reached;
        inDoubt = false;
        return groups.pending(member, after, max).thenAccept(batch -> {
            List<Groups.Taken> entries = batch.entries();
            recovered = batch.more() && !entries.isEmpty()
                    ? entries.get(entries.size() - 1).position()
                    : null;
            deliver(batch);
        });
    }

    /** Takes over at most one abandoned entry; true if another attempt may find more. */
    CompletableFuture<Boolean> takeOver() {
        return groups.takeOver(member, readers.settings().lease(), 1).thenApply(batch -> {
            batch.entries().stream()
                    .filter(taken -> taken.attempt() <= maxDeliveries) // others become dead letters without a handler
                    .forEach(taken -> ledger.tookOver(taken.position()));
            return deliver(batch) || !batch.entries().isEmpty();
        });
    }

    /** Takes entries that no member has had; completes with true if there may be more. */
    CompletableFuture<Boolean> claim(int max, long maxBytes) {
        return groups.claim(member, max, maxBytes).thenApply(this::deliver);
    }

    /** Acknowledges some of the handled entries. */
    CompletableFuture<?> acknowledge() {
        List<Position> positions = ledger.takeHandled();
        return groups.ack(member, positions).whenComplete((acknowledged, failure) -> {
            if (failure == null) {
                ledger.acknowledged(positions);
            } else {
                ledger.notAcknowledged(positions);
            }
        });
    }

    /**
     * Completes with the number of entries that are neither acknowledged nor dead letters, of all
     * owners.
     */
    CompletableFuture<Long> lag() {
        return groups.info(topic, member.group()).thenApply(info -> info.undelivered() + info.pending());
    }

    private boolean deliver(Groups.Batch batch) {
        if (batch.trimmed() == Groups.UNKNOWN) {
            intake.tell(Gap.of(topic, Gap.Reason.TRIMMED));
        }
        long trimmed = Math.max(0, batch.trimmed());
        for (Groups.Taken taken : batch.entries()) {
            if (taken.frame().isEmpty()) {
                trimmed++;
                ledger.dropped(taken.position());
            }
        }
        if (trimmed > 0) {
            intake.tell(Gap.of(topic, Gap.Reason.TRIMMED, trimmed));
        }
        for (Groups.Taken taken : batch.entries()) {
            taken.frame().ifPresent(frame -> deliver(taken, frame));
        }
        intake.wake();
        return batch.more();
    }

    private void deliver(Groups.Taken taken, Frame frame) {
        if (!ledger.add(taken.position(), taken.attempt())) {
            return; // this entry is known already
        }
        Delivery delivery = new Delivery(frame, topic, taken.position(), taken.attempt());
        if (taken.attempt() > maxDeliveries) {
            ledger.dead(new DeadLetter(delivery, "delivered as often as allowed, and no member reported a result"));
        } else {
            put(delivery);
        }
    }

    private void put(Delivery delivery) {
        ledger.waits(delivery);
        intake.put(delivery);
    }

    /** Redelivers an entry that is due, if the member still owns it. */
    CompletableFuture<?> retry() {
        Position position = ledger.nextDue();
        int attempt = ledger.attempt(position);
        CompletableFuture<Boolean> ours =
                attempt == 0 ? CompletableFuture.completedFuture(false) : retry(position, attempt);
        return ours.thenAccept(isOurs -> {
            if (!isOurs) {
                ledger.lost(position);
            }
        });
    }

    /** Whether this member owns the entry and so may deliver it again. */
    private CompletableFuture<Boolean> retry(Position position, int attempt) {
        return groups.retry(member, position, attempt)
                .thenCompose(ours -> ours
                        ? CompletableFuture.completedFuture(true)
                        : lease.isRegained(position)
                                .thenCompose(again -> again
                                        ? groups.retry(member, position, attempt)
                                                .thenApply(recorded -> true)
                                        : CompletableFuture.completedFuture(false)))
                .thenCompose(ours -> ours
                        ? readers.log()
                                .read(topic, position, 2, 1)
                                .thenApply(batch -> deliverAgain(position, attempt, batch))
                        : CompletableFuture.completedFuture(false));
    }

    private boolean deliverAgain(Position position, int attempt, Log.Batch batch) {
        Optional<Frame> frame = batch.entries().stream()
                .filter(entry -> entry.position().equals(position))
                .map(Log.Entry::frame)
                .findFirst();
        if (frame.isPresent()) {
            put(new Delivery(frame.get(), topic, position, attempt));
        } else {
            intake.tell(Gap.of(topic, Gap.Reason.TRIMMED, 1));
            ledger.dropped(position);
        }
        intake.wake();
        return true;
    }

    /** Gives back all entries whose delivery has not begun. */
    CompletableFuture<?> giveBackAll() {
        boolean isRepeated = ledger.isReturning();
        return giveBack(ledger.giveBackAll(), isRepeated);
    }

    /** Gives back the entries whose delivery could begin now. */
    CompletableFuture<?> giveBackReady() {
        boolean isRepeated = ledger.isReturning();
        return giveBack(ledger.giveBackReady(), isRepeated);
    }

    /**
     * Regains the entries first, because an entry without an owner cannot be given back. A
     * repetition does not: an entry that was given back before may be finished by now.
     */
    private CompletableFuture<?> giveBack(Map<Position, Integer> attempts, boolean isRepeated) {
        CompletableFuture<Void> released = isRepeated || attempts.isEmpty() || !lease.holds()
                ? groups.release(member, attempts)
                : lease.regain(List.copyOf(attempts.keySet()), List.of())
                        .thenCompose(regained -> groups.release(member, attempts));
        return released.thenRun(ledger::returned);
    }
}
