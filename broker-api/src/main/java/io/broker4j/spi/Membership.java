package io.broker4j.spi;

import io.broker4j.BrokerException;
import io.broker4j.Gap;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a member of a group asks of the medium, and what it does with the answers: entries go to the mailbox's group, and are
 * {@link Unfinished} from then on. Used by one step of the {@link GroupReader} after another.
 */
final class Membership {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final LogReaders readers;
    private final Groups groups;
    private final Groups.Member member;
    private final String topic;
    private final String deadTopic;
    private final Retention deadLetters;
    private final Start start;
    private final int maxDeliveries;
    private final Intake intake;
    private final Unfinished unfinished;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();

    /** Whether the group is known to exist. */
    private volatile boolean exists;

    /** Whether it was to be created anew, and that may have been done although no answer came. Used by steps. */
    private boolean recreated;

    /** There may be entries that we own and do not know of: an answer was lost, or the lease. */
    private volatile boolean inDoubt;

    /** Up to where what we own has been recovered; null for all. */
    private volatile @Nullable Position recovered;

    /** From when on we have a lease on all that we own. */
    private volatile long leaseNanos = System.nanoTime();

    Membership(LogReaders readers, Topic<?> topic, SubscribeOptions options, Intake intake, Unfinished unfinished) {
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
        this.unfinished = unfinished;
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
        unfinished.forget();
    }

    /** From now on there may be entries that we own and do not know of. */
    void doubt() {
        inDoubt = true;
    }

    boolean isInDoubt() {
        return inDoubt || recovered != null;
    }

    /** Without a lease others may have what we own. */
    boolean hasLease() {
        return System.nanoTime() - leaseNanos <= readers.settings().lease().toNanos();
    }

    /** A group that has vanished begins anew at the very beginning, so that nothing published since is missed. */
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
        Afterwards.run(() -> joined.complete(null)); // this may be a step taken under a transport's locks
    }

    CompletableFuture<?> renew() {
        long now = System.nanoTime();
        List<Position> held = unfinished.positions();
        if (held.isEmpty()) {
            leaseNanos = now;
            return DONE;
        }
        boolean leased = hasLease();
        return groups.renew(member, held)
                .thenCompose(ours -> leased ? regain(held, ours) : CompletableFuture.completedFuture(ours))
                .thenAccept(ours -> {
                    unfinished.retain(held, ours);
                    leaseNanos = now; // last, or what is ours no more would seem to be leased
                });
    }

    /**
     * With a lease nobody takes over what we hold. What is pending for nobody all the same was taken away by another program, and
     * would never be handled: we take it back. Completes with what is ours.
     */
    private CompletableFuture<List<Position>> regain(List<Position> held, List<Position> ours) {
        List<Position> missing = new ArrayList<>(held);
        missing.removeAll(Set.copyOf(ours));
        missing.removeIf(unfinished::isPerhapsBuried);
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(ours);
        }
        return groups.regain(member, missing).thenApply(regained -> {
            if (!regained.isEmpty()) {
                readers.troubled(topic, intake.source(), takenAway(regained.size()));
                readers.recovered(topic, intake.source());
            }
            return Stream.concat(ours.stream(), regained.stream()).toList();
        });
    }

    private BrokerException takenAway(int count) {
        return new BrokerException(count + " messages that a member of group " + member.group()
                + " had not finished were taken away from it by another program, such as by XGROUP DELCONSUMER or XACK;"
                + " it has them again");
    }

    /** Whether an entry is ours again that was taken away from us; not one that was lost with an earlier lease. */
    private CompletableFuture<Boolean> isRegained(Position position) {
        return hasLease() && unfinished.holds(position)
                ? regain(List.of(position), List.of()).thenApply(ours -> !ours.isEmpty())
                : CompletableFuture.completedFuture(false);
    }

    /** Asks for what we own, a page at a time, from the beginning for each new reason to. */
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

    /** Takes over one entry, if any was left; completes with whether it has, or may be able to. */
    CompletableFuture<Boolean> takeOver() {
        return groups.takeOver(member, readers.settings().lease(), 1).thenApply(batch -> {
            batch.entries().forEach(taken -> unfinished.tookOver(taken.position()));
            return deliver(batch) || !batch.entries().isEmpty();
        });
    }

    /** Takes what nobody has had; completes with whether there may be more. */
    CompletableFuture<Boolean> claim(int max, long maxBytes) {
        return groups.claim(member, max, maxBytes).thenApply(this::deliver);
    }

    CompletableFuture<?> acknowledge() {
        return unfinished.acknowledge(positions -> groups.ack(member, positions));
    }

    /** Completes with how many entries are neither acknowledged nor dead letters, whoever has them. */
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
                unfinished.handled(taken.position());
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
        if (!unfinished.add(taken.position(), taken.attempt())) {
            return; // known to us already
        }
        Delivery delivery = new Delivery(frame, topic, taken.position(), taken.attempt());
        if (taken.attempt() > maxDeliveries) {
            unfinished.dead(new DeadLetter(delivery, "members died or vanished while handling it"));
        } else {
            put(delivery);
        }
    }

    private void put(Delivery delivery) {
        unfinished.waits(delivery);
        intake.put(delivery);
    }

    CompletableFuture<?> retry() {
        return unfinished.retry(this::retry);
    }

    /** Whether the entry is ours to deliver again. */
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
            unfinished.handled(position);
        }
        intake.wake();
        return true;
    }

    /** Completes, also if that fails, unless the group is missing: everything else goes on. */
    CompletableFuture<?> bury() {
        return unfinished.bury(this::bury).<@Nullable Void>handle((done, failure) -> {
            if (failure == null) {
                readers.recovered(deadTopic, intake.source());
                readers.recovered(topic, intake.source());
            } else {
                unburied(EngineFuture.unwrap(failure));
            }
            return null;
        });
    }

    private void unburied(Throwable cause) {
        if (cause instanceof Groups.MissingGroupException missing) {
            throw missing;
        }
        if (unfinished.isBuryingInVain()) {
            readers.troubled(deadTopic, intake.source(), cause);
        }
        if (unfinished.isHeldUp()) {
            readers.troubled(
                    topic,
                    intake.source(),
                    new BrokerException(
                            "a member of group " + member.group() + " takes nothing new until the dead letters"
                                    + " that it holds can be written: " + cause.getMessage()));
        }
    }

    /** Gives back all that is not begun. */
    CompletableFuture<?> giveBackAll() {
        boolean repeated = unfinished.isReturning();
        return unfinished.giveBackAll(attempts -> giveBack(attempts, repeated));
    }

    /** Gives back what could be begun now. */
    CompletableFuture<?> giveBackReady() {
        boolean repeated = unfinished.isReturning();
        return unfinished.giveBackReady(attempts -> giveBack(attempts, repeated));
    }

    /** What nobody owns cannot be given back; what was given back before may be finished by now. */
    private CompletableFuture<Void> giveBack(Map<Position, Integer> attempts, boolean repeated) {
        return repeated || attempts.isEmpty() || !hasLease()
                ? groups.release(member, attempts)
                : regain(List.copyOf(attempts.keySet()), List.of())
                        .thenCompose(regained -> groups.release(member, attempts));
    }

    private CompletableFuture<?> bury(Position position, DeadLetter letter) {
        boolean first = !unfinished.isPerhapsBuried(position);
        return tryToBury(position, letter)
                .thenCompose(trimmed -> trimmed.isPresent() || !first
                        ? CompletableFuture.completedFuture(trimmed)
                        : isRegained(position)
                                .thenCompose(again -> again
                                        ? tryToBury(position, letter).thenApply(this::buriedOrTold)
                                        : CompletableFuture.completedFuture(trimmed)))
                .thenAccept(trimmed -> trimmed.ifPresent(count -> readers.buried(letter, member.group(), count)));
    }

    /** What was taken away from us, and dropped by the log too, cannot be buried. */
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
