package io.broker4j.engine;

import io.broker4j.Gap;
import io.broker4j.Position;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.Log;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log for one subscription, from the subscription's start until it is closed, as far ahead
 * as its mailbox has room. It reads after a hint, after the link was renewed, after some time
 * without a hint, and when there is room again. Every read starts at its {@link Place}, so nothing
 * is skipped or read twice, even if hints or answers are lost.
 *
 * <p>The {@link Loop} takes one step at a time; only steps change the place and write to the mailbox's group.
 */
final class Tailer extends LogReader {
    private static final int MAX_AT_ONCE = 1_000;

    private final Start start;
    private final CompletableFuture<Void> fixed = new CompletableFuture<>();

    /** The newest position that hints have named. */
    private final AtomicReference<Position> hinted = new AtomicReference<>(Position.ORIGIN);

    /** The number of the newest hint. */
    private final AtomicLong hintNumber = new AtomicLong();

    /** Null until the start is fixed. Written by steps. */
    private volatile @Nullable Place place;

    /** Everything up to this position is handled; null as long as {@code place} is null. */
    private volatile @Nullable Position handled;

    /** Entries of the log that are not read yet; {@link Place#UNKNOWN} while that is not known. Written by steps. */
    private volatile long unread = Place.UNKNOWN;

    /** Messages handed to the mailbox; increased before {@code unread} is lowered. Written by steps. */
    private volatile long handedOver;

    /** Messages that the handler has finished. */
    private final Tally done = new Tally();

    /** Whether there was a step since the last tick. */
    private volatile boolean stepped;

    /** Whether hints may have been lost, so that the next read must be sent from now on. */
    private final AtomicBoolean unsure = new AtomicBoolean(true);

    <T> Tailer(
            LogReaders readers,
            Topic<T> topic,
            SubscribeOptions options,
            Subscriber<? super T> subscriber,
            Scheduler scheduler) {
        super(readers, topic, options, subscriber, scheduler);
        this.start = options.start();
    }

    @Override
    void begin() {
        loop.wake();
    }

    @Override
    CompletableFuture<Void> begun() {
        return fixed;
    }

    @Override
    public void hinted(Position last, long number) {
        hintNumber.accumulateAndGet(number, Math::max); // first: a reader that knows a position knows its number
        hinted.accumulateAndGet(last, (known, heard) -> heard.isAfter(known) ? heard : known);
        loop.wakeSoon();
    }

    @Override
    public void ticked() {
        boolean silent = !stepped;
        stepped = false;
        if (silent) {
            unsure.set(true);
            loop.wake();
        }
    }

    @Override
    public void renewed() {
        unsure.set(true);
        super.renewed();
    }

    @Override
    public boolean isReady() {
        return intake.isHalfEmpty() || !stepped;
    }

    @Override
    public Purpose purpose() {
        return Purpose.READ;
    }

    @Override
    CompletableFuture<?> advance() {
        stepped = true;
        Place from = place;
        if (from == null) {
            return new Starting(readers.log(), topic.name()).place(start).thenAccept(this::fix);
        }
        if (intake.isFull()) {
            loop.again();
            return readers.log().info(topic.name()).thenAccept(info -> look(from, info));
        }
        boolean alone = unsure.getAndSet(false); // first: a renewal from now on wants another read
        Position heard = hinted.get();
        return read(from, alone)
                .whenComplete((batch, failure) -> unsure.compareAndSet(false, alone && failure != null))
                .thenCompose(batch -> take(from, batch, heard));
    }

    private CompletableFuture<Log.Batch> read(Place from, boolean alone) {
        long hint = hintNumber.get();
        int entries = Math.min(intake.room(), MAX_AT_ONCE) + 1;
        long bytes = Math.max(1, intake.roomBytes());
        return alone
                ? readers.reads().readAlone(topic.name(), from.at(), hint, entries, bytes)
                : readers.reads().read(topic.name(), from.at(), hint, entries, bytes);
    }

    private void fix(Place found) {
        place = found;
        handled = found.state() == Place.State.NEXT ? Position.ORIGIN : found.at();
        DeferredCalls.run(() -> fixed.complete(null)); // the calling step may run under a transport's locks
        loop.again();
    }

    /** Takes the entries that were read, if none is missing before them. */
    private CompletableFuture<?> take(Place from, Log.Batch batch, Position heard) {
        if (!from.isIn(batch.entries())) {
            return readers.log().info(topic.name()).thenAccept(info -> judge(from, batch, info, heard));
        }
        boolean complete = append(from, batch.entries());
        Place reached = place;
        if (!complete || batch.more()) {
            loop.again();
        } else if (reached != null && isLost(heard, reached.at())) {
            intake.tell(Gap.of(topic.name(), Gap.Reason.RESET));
        } else if (reached != null && reached.passed() == Place.UNKNOWN) {
            return readers.log().info(topic.name()).thenAccept(info -> look(reached, info));
        } else {
            unread = 0;
        }
        return CompletableFuture.completedFuture(null);
    }

    /** Whether a hint named an entry that the log does not have. */
    private boolean isLost(Position heard, Position newest) {
        return heard.isAfter(newest) && hinted.compareAndSet(heard, Position.ORIGIN);
    }

    /** Appends as many entries as there is room for; true if that was all of them. */
    private boolean append(Place from, List<Log.Entry> entries) {
        Place next = from;
        boolean all = true;
        long count = handedOver;
        long left = unread;
        for (Log.Entry entry : entries) {
            if (next.state() == Place.State.READ && entry.position().equals(next.at())) {
                next = next.seen(entry); // this entry shows that nothing is missing
                continue;
            }
            if (!intake.fits(entry.frame())) {
                all = false;
                break;
            }
            intake.put(new Delivery(entry.frame(), topic.name(), entry.position(), 1));
            count++;
            next = next.past(entry);
            left = left > 0 ? left - 1 : left;
        }
        place = next;
        handedOver = count;
        unread = left;
        intake.wake();
        return all;
    }

    private void judge(Place from, Log.Batch batch, Log.Info info, Position heard) {
        Place.Judgement judgement = from.judge(topic.name(), batch.entries(), info);
        Gap gap = judgement.gap();
        boolean lost = isLost(heard, info.last());
        if (gap != null) {
            intake.tell(gap);
        } else if (lost) {
            intake.tell(Gap.of(topic.name(), Gap.Reason.RESET));
        }
        place = judgement.next();
        unread = judgement.next().before(info).orElse(Place.UNKNOWN);
        if (judgement.next().state() == Place.State.NEXT) {
            loop.again();
        }
    }

    private void look(Place from, Log.Info info) {
        Place known = from.learn(info);
        place = known;
        unread = known.before(info).orElse(Place.UNKNOWN);
    }

    @Override
    public boolean wants(Delivery delivery) {
        return true;
    }

    @Override
    public void handled(Delivery delivery) {
        done(delivery);
    }

    @Override
    public void failed(Delivery delivery, Throwable cause) {
        done(delivery);
    }

    @Override
    public void undecodable(Delivery delivery, Throwable cause) {
        done(delivery);
    }

    private void done(Delivery delivery) {
        handled = delivery.position();
        done.add(1);
    }

    @Override
    public Optional<Position> position() {
        return Optional.ofNullable(handled);
    }

    @Override
    public OptionalLong lag() {
        long over = done.get(); // read first: a message that is done must be in handedOver too
        long left = unread;
        return left == Place.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(left + handedOver - over);
    }

    @Override
    public void stop() {
        mailbox().stop();
        loop.close();
    }

    @Override
    public void end() {
        loop.close();
        readers.remove(topic, this);
    }
}
