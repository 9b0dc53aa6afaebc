package io.broker4j.spi;

import io.broker4j.Position;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log as one member of a group: takes entries a little ahead, and sees to what becomes of them (L3–L6). Entries that it
 * was given are {@link Unfinished} until they are acknowledged or dead letters. While it lives it renews its lease on them, and
 * takes over what others have left; while it makes no progress it gives back what it has not begun (L9).
 *
 * <p>The {@link Loop} takes one step at a time, the most urgent first; handlers only leave word and wake it.
 */
final class GroupReader extends LogReader {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final Unfinished unfinished;
    private final Membership membership;
    private final Standstill standstill;

    /** Completes when nothing is left to tell the medium, once somebody has asked. */
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    private volatile boolean settling;

    /** No more is to be taken. */
    private volatile boolean leaving;

    private volatile boolean ended;

    /** How many were waiting when it ended. */
    private volatile long givenBack;

    private volatile boolean leaseDue;
    private volatile boolean takeOverDue = true;

    /** Others have left more than what was taken over, which comes before anything new. */
    private volatile boolean moreLeft;

    private volatile boolean lookDue = true;
    private volatile @Nullable Look look;

    /** Of the last step. */
    private volatile Purpose purpose = Purpose.NONE;

    /** How many entries the group had before it, and how many we were done with then. */
    private record Look(long entries, long done) {}

    <T> GroupReader(
            LogReaders readers,
            Topic<T> topic,
            SubscribeOptions options,
            Subscriber<? super T> subscriber,
            Scheduler scheduler) {
        super(readers, topic, ahead(options), subscriber, scheduler);
        this.unfinished = new Unfinished(options.retry(), readers.later(), loop::wake);
        this.membership = new Membership(readers, topic, options, intake, unfinished);
        this.standstill = new Standstill(unfinished, readers.later(), loop::wake);
    }

    @Override
    CompletableFuture<Void> begin() {
        loop.wake();
        renewLater();
        return membership.joined();
    }

    private static SubscribeOptions ahead(SubscribeOptions options) {
        return options.withMaxMessages(Math.min(options.prefetch(), options.maxMessages()));
    }

    /** Three times per lease. */
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
    public void hinted(Position last) {
        if (last.equals(Position.ORIGIN)) {
            takeOverDue = true; // a member may have left something
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
        if (unfinished.hasHandled() || unfinished.hasDead() || mustGiveBack()) {
            return true;
        }
        return ended ? settling || unfinished.hasOthers() : !membership.exists() || leaseDue || lookDue || mayTake();
    }

    /** A member that drains handles what it holds. */
    private boolean mustGiveBack() {
        return unfinished.isReturning() || !leaving && standstill.isNow() && unfinished.hasReady();
    }

    private boolean mayTake() {
        return !leaving && !standstill.isNow() && !intake.isFull() && (unfinished.hasDue() || !unfinished.isFull());
    }

    @Override
    public Purpose purpose() {
        return purpose;
    }

    @Override
    public CompletableFuture<?> step() {
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
        if (unfinished.hasHandled()) {
            return again(Purpose.ACKNOWLEDGE, membership::acknowledge);
        }
        if (leaseDue && !ended) {
            return again(Purpose.RENEW, () -> membership.renew().thenRun(() -> leaseDue = false));
        }
        if (unfinished.hasDead()) {
            return again(Purpose.BURY, membership::bury);
        }
        if (ended) {
            return leave();
        }
        if (mustGiveBack()) {
            return again(Purpose.GIVE_BACK, membership::giveBackReady);
        }
        if (lookDue) {
            lookDue = false;
            return again(
                    Purpose.LOOK,
                    () -> membership.lag().thenAccept(entries -> look = new Look(entries, unfinished.done())));
        }
        return leaving || standstill.isNow() || intake.isFull() ? DONE : take();
    }

    private CompletableFuture<?> leave() {
        if (unfinished.hasOthers()) {
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
     * Takes more, from where it is most urgent. What others have left is taken over one at a time: if its owner died of one
     * message, the next one dies of that message without the others.
     */
    private CompletableFuture<?> take() {
        if (membership.isInDoubt()) {
            return again(Purpose.RECOVER, () -> membership.recover(intake.room()));
        }
        if (takeOverDue && !unfinished.isFull() && !unfinished.hasTakenOver()) {
            return again(Purpose.TAKE_OVER, this::takeOver);
        }
        if (unfinished.hasDue()) {
            return again(Purpose.RETRY, membership::retry);
        }
        if (unfinished.isFull() || moreLeft) {
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
        return last != null && unfinished.held() == 0 && unfinished.done() != last.done();
    }

    private CompletableFuture<?> takeOver() {
        takeOverDue = false; // before it is asked: what is left from now on may be told of meanwhile
        return membership.takeOver().whenComplete((more, failure) -> {
            moreLeft = failure == null && more;
            if (failure != null || more) {
                takeOverDue = true;
            }
        });
    }

    /** What others may have got meanwhile is asked for again, as soon as the medium can be asked. */
    @Override
    public boolean wants(Delivery delivery) {
        if (!membership.hasLease()) {
            unfinished.drop(delivery);
            membership.doubt();
            loop.wake();
        }
        boolean stoodStill = standstill.isNow();
        boolean ours = unfinished.begin(delivery);
        if (stoodStill) {
            loop.wake();
        }
        return ours;
    }

    @Override
    public void handled(Delivery delivery) {
        unfinished.handled(delivery);
    }

    @Override
    public void failed(Delivery delivery, Throwable cause) {
        unfinished.failed(delivery, cause);
    }

    @Override
    public void undecodable(Delivery delivery, Throwable cause) {
        unfinished.undecodable(delivery, cause);
    }

    @Override
    public void troubled(Throwable cause) {
        readers.troubled(topic.name(), this, membership.joined(), cause);
    }

    /** The medium keeps it. */
    @Override
    public Optional<Position> position() {
        return Optional.empty();
    }

    @Override
    public long queued() {
        return unfinished.waiting();
    }

    @Override
    public OptionalLong lag() {
        int held = unfinished.held(); // first, since what is acknowledged meanwhile is counted as done
        Look last = look;
        return last == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(held, last.entries() - (unfinished.done() - last.done())));
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
        givenBack = ended ? givenBack : unfinished.waiting();
        ended = true;
        readers.remove(topic, this);
        loop.wakeAtOnce();
    }

    @Override
    public void awaitSettled(long deadlineNanos) {
        settling = true;
        loop.wakeAtOnce();
        Deadline.awaitDone(settled, deadlineNanos); // what the medium was not told is delivered again (L3)
    }
}
