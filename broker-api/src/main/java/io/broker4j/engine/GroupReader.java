package io.broker4j.engine;

import io.broker4j.Position;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.Groups;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log as one member of a group: prefetches a few entries, and tracks each of them (L3–L6).
 * Entries given to this member are in the {@link Ledger} until they are acknowledged or become dead
 * letters. While the member lives, it renews its lease on them and takes over entries that other
 * members have left. While it makes no progress, it gives back the entries that it has not begun
 * (L9).
 *
 * <p>The {@link Loop} takes one step at a time, the most urgent first; handlers only record their result and wake the
 * loop.
 */
final class GroupReader extends LogReader {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final Ledger ledger;
    private final Backoff retries;
    private final Lease lease;
    private final Membership membership;
    private final Burials burials;
    private final Standstill standstill;

    /**
     * Completes, after {@link #awaitSettled} was called, when the medium knows what became of every
     * entry.
     */
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    private volatile boolean settling;

    /** Set when this member must take no more entries. */
    private volatile boolean leaving;

    private volatile boolean ended;

    /** How many entries were waiting when this reader ended. */
    private volatile long givenBack;

    private volatile boolean leaseDue;
    private volatile boolean takeOverDue = true;

    /** Other members have left more entries than were taken over. These come before new entries. */
    private volatile boolean moreLeft;

    private volatile boolean lookDue = true;
    private volatile @Nullable Look look;

    /** Purpose of the last step. */
    private volatile Purpose purpose = Purpose.NONE;

    /** A look at the group: its remaining entries, and the number that this member had finished by then. */
    private record Look(long entries, long done) {}

    <T> GroupReader(
            LogReaders readers,
            Topic<T> topic,
            SubscribeOptions options,
            Subscriber<? super T> subscriber,
            Scheduler scheduler) {
        super(readers, topic, ahead(options), subscriber, scheduler);
        this.ledger = new Ledger(options.retry().maxDeliveries());
        this.retries = new Backoff(options.retry().firstDelay(), options.retry().longestDelay());
        Groups.Member member = new Groups.Member(topic.name(), options.group().orElseThrow(), readers.memberName());
        this.lease = new Lease(readers, member, this, ledger);
        this.membership = new Membership(readers, member, options, intake, ledger, lease);
        this.burials = new Burials(readers, member, options.retry().deadLetters(), intake, ledger, lease, loop::wake);
        this.standstill = new Standstill(ledger, readers.later(), loop::wake);
    }

    @Override
    void begin() {
        loop.wake();
        renewLater();
    }

    @Override
    CompletableFuture<Void> begun() {
        return membership.joined();
    }

    private static SubscribeOptions ahead(SubscribeOptions options) {
        return options.withMaxMessages(Math.min(options.prefetch(), options.maxMessages()));
    }

    /** Renews three times per lease. */
    private void renewLater() {
        readers.later().run(readers.settings().lease().toMillis() / 3, () -> {
            if (!ended) {
                renewLater();
                leaseDue = true;
                takeOverDue = true;
                loop.wake();
            }
        });
    }

    @Override
    public void hinted(Position last, long number) {
        if (last.equals(Position.ORIGIN)) {
            takeOverDue = true; // another member may have left entries
        }
        loop.wakeSoon();
    }

    @Override
    public void ticked() {
        lookDue = true;
        loop.wake();
    }

    @Override
    public boolean isReady() {
        if (ledger.hasHandled() || ledger.hasDead() || mustGiveBack()) {
            return true;
        }
        return ended ? settling || ledger.hasOthers() : !membership.exists() || leaseDue || lookDue || mayTake();
    }

    /** A draining member handles the entries that it holds, so it gives none of them back. */
    private boolean mustGiveBack() {
        return ledger.isReturning() || !leaving && standstill.isNow() && ledger.hasReady();
    }

    private boolean mayTake() {
        return !leaving && !standstill.isNow() && !intake.isFull() && (ledger.hasDue() || !ledger.isFull());
    }

    @Override
    public Purpose purpose() {
        return purpose;
    }

    @Override
    CompletableFuture<?> advance() {
        purpose = Purpose.NONE;
        CompletableFuture<?> step = membership.exists() || ended ? next() : again(Purpose.CREATE, membership::create);
        return step.handle((done, failure) -> failure == null ? DONE : failed(failure))
                .thenCompose(result -> result)
                .whenComplete((done, failure) -> standstill.watch());
    }

    private CompletableFuture<Void> failed(Throwable failure) {
        if (EngineFuture.unwrap(failure) instanceof Groups.MissingGroupException) {
            membership.vanished();
            return again(Purpose.NONE, () -> DONE);
        }
        membership.doubt();
        return CompletableFuture.failedFuture(failure);
    }

    private CompletableFuture<?> next() {
        if (ledger.hasHandled()) {
            return again(Purpose.ACKNOWLEDGE, membership::acknowledge);
        }
        if (leaseDue && !ended) {
            return again(Purpose.RENEW, () -> lease.renew().thenRun(() -> leaseDue = false));
        }
        if (ledger.hasDead()) {
            return again(Purpose.BURY, burials::bury);
        }
        if (ended) {
            return leave();
        }
        if (mustGiveBack()) {
            takeOverDue = true; // what this member gives back comes before newer entries (D1)
            moreLeft = true;
            return again(Purpose.GIVE_BACK, membership::giveBackReady);
        }
        if (lookDue) {
            lookDue = false;
            return again(
                    Purpose.LOOK,
                    () -> membership.lag().thenAccept(entries -> look = new Look(entries, ledger.done())));
        }
        return leaving || standstill.isNow() || intake.isFull() ? DONE : take();
    }

    private CompletableFuture<?> leave() {
        if (ledger.hasOthers()) {
            return again(Purpose.GIVE_BACK, membership::giveBackAll);
        }
        if (settling) {
            settled.complete(null);
        }
        return DONE;
    }

    private <F extends CompletableFuture<?>> F again(Purpose next, Supplier<F> step) {
        loop.again();
        purpose = next;
        return step.get();
    }

    /**
     * Takes more entries, from the most urgent source. Entries that others have left are taken over one at a time: if one
     * message kills the member that handles it, that death counts as a delivery of no other entry.
     */
    private CompletableFuture<?> take() {
        if (membership.isInDoubt()) {
            return again(Purpose.RECOVER, () -> membership.recover(intake.room()));
        }
        if (takeOverDue && !ledger.isFull() && !ledger.hasTakenOver()) {
            return again(Purpose.TAKE_OVER, this::takeOver);
        }
        if (ledger.hasDue()) {
            return again(Purpose.RETRY, membership::retry);
        }
        if (ledger.isFull() || moreLeft) {
            return DONE;
        }
        purpose = Purpose.CLAIM;
        return membership.claim(intake.room(), intake.roomBytes()).thenAccept(more -> {
            lookDue |= !more && isIdleSinceTheLastLook();
            if (more || lookDue) {
                loop.again();
            }
        });
    }

    private boolean isIdleSinceTheLastLook() {
        Look last = look;
        return last != null && ledger.held() == 0 && ledger.done() != last.done();
    }

    private CompletableFuture<?> takeOver() {
        takeOverDue = false; // before asking: a hint about entries left from now on may arrive meanwhile
        return membership.takeOver().whenComplete((more, failure) -> {
            moreLeft = failure == null && more;
            if (failure != null || more) {
                takeOverDue = true;
            }
        });
    }

    /**
     * Drops an entry whose lease is over, because another member may own it by now. The medium is
     * then asked which entries this member owns.
     */
    @Override
    public boolean wants(Delivery delivery) {
        if (!lease.holds()) {
            ledger.drop(delivery);
            membership.doubt();
            loop.wake();
        }
        boolean stoodStill = standstill.isNow();
        boolean ours = ledger.begin(delivery);
        if (stoodStill) {
            loop.wake();
        }
        return ours;
    }

    @Override
    public void handled(Delivery delivery) {
        ledger.handled(delivery);
        loop.wake();
    }

    @Override
    public void failed(Delivery delivery, Throwable cause) {
        if (ledger.failed(delivery, cause)) {
            Position position = Objects.requireNonNull(delivery.position());
            retries.run(delivery.attempt(), readers.later(), () -> {
                ledger.comesDue(position);
                loop.wake();
            });
        }
        loop.wake();
    }

    @Override
    public void undecodable(Delivery delivery, Throwable cause) {
        ledger.undecodable(delivery, cause);
        loop.wake();
    }

    /** The medium keeps the position. */
    @Override
    public Optional<Position> position() {
        return Optional.empty();
    }

    @Override
    public long queued() {
        return ledger.waiting();
    }

    @Override
    public OptionalLong lag() {
        int held = ledger.held(); // first, because entries acknowledged meanwhile are counted as done
        Look last = look;
        return last == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(held, last.entries() - (ledger.done() - last.done())));
    }

    @Override
    public void stop() {
        leaving = true;
        mailbox().stop();
    }

    @Override
    public long undelivered() {
        return givenBack;
    }

    @Override
    public void end() {
        if (!ended) {
            givenBack = ledger.waiting();
            long done = ledger.done();
            lag().ifPresent(entries -> look = new Look(entries, done)); // nothing is held later
        }
        ended = true;
        readers.remove(topic, this);
        loop.wakeAtOnce();
    }

    @Override
    public void awaitSettled(long deadlineNanos) {
        settling = true;
        loop.wakeAtOnce();
        Deadline.awaitDone(settled, deadlineNanos); // entries without acknowledgement are redelivered (L3)
    }
}
