package io.broker4j.engine;

import io.broker4j.BrokerException;
import io.broker4j.Gap;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends a group member's requests to the medium and applies the answers: entries go to the mailbox's group, and are
 * in the {@link Ledger} from then on. Used by one step of the {@link GroupReader} after another.
 */
final class Membership {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
    private static final Backoff BURIALS = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final LogReaders readers;
    private final Groups groups;
    private final Groups.Member member;
    private final String topic;
    private final String deadTopic;
    private final Retention deadLetters;
    private final Start start;
    private final int maxDeliveries;
    private final Intake intake;
    private final Ledger ledger;
    private final Runnable wake;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();

    /** Whether the group is known to exist. */
    private volatile boolean exists;

    /** Whether creating the group anew was tried, and may have succeeded although no answer came. Used by steps. */
    private boolean recreated;

    /** The member may own entries that it does not know, because an answer or the lease was lost. */
    private volatile boolean inDoubt;

    /** The position up to which owned entries have been recovered; null for all. */
    private volatile @Nullable Position recovered;

    /** The start of the lease on all owned entries. */
    private volatile long leaseNanos = System.nanoTime();

    Membership(
            LogReaders readers, Topic<?> topic, SubscribeOptions options, Intake intake, Ledger ledger, Runnable wake) {
        String name = options.group().orElseThrow();
        this.readers = readers;
        this.groups = readers.log().groups().orElseThrow();
        this.member = new Groups.Member(topic.name(), name, readers.memberName());
        this.topic = topic.name();
        this.deadTopic = DeadLetter.topic(name, topic.name());
        this.start = options.start();
        this.maxDeliveries = options.retry().maxDeliveries();
        this.deadLetters = options.retry().deadLetters();
        this.intake = intake;
        this.ledger = ledger;
        this.wake = wake;
    }

    /** Completes when the group exists for the first time. */
    CompletableFuture<Void> joined() {
        return joined;
    }

    boolean exists() {
        return exists;
    }

    /** The medium does not know the group any more. */
    void vanished() {
        exists = false;
        ledger.forget();
    }

    /** From now on the member may own entries that it does not know. */
    void doubt() {
        inDoubt = true;
    }

    boolean isInDoubt() {
        return inDoubt || recovered != null;
    }

    /** Without a lease other members may have taken over the owned entries. */
    boolean hasLease() {
        return System.nanoTime() - leaseNanos <= readers.settings().lease().toNanos();
    }

    /** A group that has vanished begins anew at the start of the log, so that it misses nothing published since. */
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

    CompletableFuture<?> renew() {
        long now = System.nanoTime();
        List<Position> held = ledger.positions();
        if (held.isEmpty()) {
            leaseNanos = now;
            return DONE;
        }
        boolean leased = hasLease();
        return groups.renew(member, held)
                .thenCompose(ours -> leased ? regain(held, ours) : CompletableFuture.completedFuture(ours))
                .thenAccept(ours -> {
                    ledger.retain(held, ours);
                    leaseNanos = now; // last: otherwise entries that are not owned any more would seem to be leased
                });
    }

    /**
     * Takes back entries that another program has made not pending. While the lease holds, no member takes over an
     * entry that this member holds, so such an entry would never be handled. Completes with the owned entries.
     */
    private CompletableFuture<List<Position>> regain(List<Position> held, List<Position> ours) {
        List<Position> missing = new ArrayList<>(held);
        missing.removeAll(Set.copyOf(ours));
        missing.removeIf(ledger::isPerhapsBuried);
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(ours);
        }
        return groups.regain(member, missing).thenApply(regained -> {
            if (!regained.isEmpty()) {
                readers.happened(topic, intake.source(), takenAway(regained.size()));
            }
            return Stream.concat(ours.stream(), regained.stream()).toList();
        });
    }

    private BrokerException takenAway(int count) {
        return new BrokerException(count + " messages that a member of group " + member.group()
                + " had not finished were taken away from it by another program, such as by XGROUP DELCONSUMER or XACK;"
                + " it has them again");
    }

    /** Whether an entry that was taken away is owned again. Entries lost with an earlier lease do not count. */
    private CompletableFuture<Boolean> isRegained(Position position) {
        return hasLease() && ledger.holds(position)
                ? regain(List.of(position), List.of()).thenApply(ours -> !ours.isEmpty())
                : CompletableFuture.completedFuture(false);
    }

    /** Asks for the owned entries, one page at a time; each new reason to ask starts from the beginning. */
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

    /** Completes with the number of entries that are neither acknowledged nor dead letters, whoever owns them. */
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
            ledger.dead(new DeadLetter(delivery, "members died or vanished while handling it"));
        } else {
            put(delivery);
        }
    }

    private void put(Delivery delivery) {
        ledger.waits(delivery);
        intake.put(delivery);
    }

    /** Delivers an entry again whose time has come, if the member still owns it. */
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
                        : isRegained(position)
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

    /** Completes even if burying fails, unless the group is missing: other work must continue. */
    CompletableFuture<?> bury() {
        DeadLetter letter = ledger.takeDead();
        return bury(letter).<@Nullable Void>handle((done, failure) -> {
            if (failure == null) {
                ledger.buried(letter);
                readers.recovered(deadTopic, intake.source());
                readers.recovered(topic, intake.source());
            } else {
                readers.later().run(BURIALS.millisAfter(ledger.notBuried(letter)), () -> {
                    ledger.buryAgain(letter);
                    wake.run();
                });
                unburied(EngineFuture.unwrap(failure));
            }
            return null;
        });
    }

    private void unburied(Throwable cause) {
        if (cause instanceof Groups.MissingGroupException missing) {
            throw missing;
        }
        if (ledger.isBuryingInVain()) {
            readers.troubled(deadTopic, intake.source(), cause);
        }
        if (ledger.isHeldUp()) {
            readers.troubled(
                    topic,
                    intake.source(),
                    new BrokerException(
                            "a member of group " + member.group() + " takes nothing new until the dead letters"
                                    + " that it holds can be written: " + cause.getMessage()));
        }
    }

    /** Gives back all entries that are not begun. */
    CompletableFuture<?> giveBackAll() {
        boolean isRepeated = ledger.isReturning();
        return giveBack(ledger.giveBackAll(), isRepeated);
    }

    /** Gives back the entries that could be begun now. */
    CompletableFuture<?> giveBackReady() {
        boolean isRepeated = ledger.isReturning();
        return giveBack(ledger.giveBackReady(), isRepeated);
    }

    /** An entry without owner cannot be given back; an entry that was given back before may be finished by now. */
    private CompletableFuture<?> giveBack(Map<Position, Integer> attempts, boolean isRepeated) {
        CompletableFuture<Void> released = isRepeated || attempts.isEmpty() || !hasLease()
                ? groups.release(member, attempts)
                : regain(List.copyOf(attempts.keySet()), List.of())
                        .thenCompose(regained -> groups.release(member, attempts));
        return released.thenRun(ledger::returned);
    }

    private CompletableFuture<?> bury(DeadLetter letter) {
        Position position = Objects.requireNonNull(letter.message().position());
        boolean first = !ledger.isPerhapsBuried(position);
        return tryToBury(position, letter)
                .thenCompose(trimmed -> trimmed.isPresent() || !first
                        ? CompletableFuture.completedFuture(trimmed)
                        : isRegained(position)
                                .thenCompose(again -> again
                                        ? tryToBury(position, letter).thenApply(this::buriedOrTold)
                                        : CompletableFuture.completedFuture(trimmed)))
                .thenAccept(trimmed -> trimmed.ifPresent(count -> readers.buried(letter, member.group(), count)));
    }

    /** An entry that was taken away from this member, and that the log has dropped too, cannot be buried. */
    private OptionalLong buriedOrTold(OptionalLong trimmed) {
        if (trimmed.isEmpty()) {
            intake.tell(Gap.of(topic, Gap.Reason.TRIMMED, 1));
        }
        return trimmed;
    }

    private CompletableFuture<OptionalLong> tryToBury(Position position, DeadLetter letter) {
        return groups.bury(member, position, deadTopic, letter.frame(member.group()), deadLetters);
    }
}
