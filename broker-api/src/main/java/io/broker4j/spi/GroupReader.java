package io.broker4j.spi;

import io.broker4j.Gap;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log as one member of a group: takes entries a little ahead, and sees to what becomes of them (L3–L6). Entries that it
 * was given are {@link Unfinished} until they are acknowledged or dead letters. While it lives it renews its lease on them, and
 * takes over what others have left.
 *
 * <p>The {@link Loop} takes one step at a time, the most urgent first; handlers only leave word and wake it.
 */
final class GroupReader implements LogReader {
    private static final int PREFETCH = 64;
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final LogReaders readers;
    private final Groups groups;
    private final TopicFilter topic;
    private final Groups.Member member;
    private final String deadTopic;
    private final Retention retention;
    private final Start start;
    private final int maxMessages;
    private final long maxBytes;
    private final int maxDeliveries;
    private final MailboxGroup group;
    private final Mailbox<?> mailbox;
    private final Loop loop;
    private final Unfinished unfinished;
    private final CompletableFuture<Void> fixed = new CompletableFuture<>();

    /** Completes when nothing is left to tell the medium; null as long as nobody asks. */
    private volatile @Nullable CompletableFuture<Void> settled;

    private volatile boolean ended;

    /** The group is not known to exist. Written by steps. */
    private volatile boolean missing = true;

    /** There may be entries that we own and do not know of: an answer was lost, or the lease. */
    private volatile boolean recovering;

    private volatile boolean leaseDue;
    private volatile boolean takeOverDue = true;
    private volatile boolean lookDue;

    /** Up to where what we own has been recovered, null for all; used by steps. */
    private @Nullable Position recovered;

    /** From when on we have a lease on all that we own. */
    private volatile long leaseNanos = System.nanoTime();

    private volatile long lag = Place.UNKNOWN;

    <T> GroupReader(
            LogReaders readers,
            Topic<T> topic,
            SubscribeOptions options,
            Subscriber<? super T> subscriber,
            Scheduler scheduler) {
        String name = options.group().orElseThrow();
        this.readers = readers;
        this.groups = readers.log().groups().orElseThrow();
        this.topic = TopicFilter.of(topic.name());
        this.member = new Groups.Member(topic.name(), name, readers.memberName());
        this.deadTopic = TopicFilter.of(DeadLetter.topic(name, topic.name())).name();
        this.retention = topic.retention().orElseThrow();
        this.start = options.start();
        this.maxMessages = Math.min(PREFETCH, options.maxMessages());
        this.maxBytes = options.maxBytes();
        this.maxDeliveries = options.retry().maxDeliveries();
        this.group = MailboxGroup.fedBy(this, scheduler);
        this.mailbox = new Mailbox<>(
                group, topic.name(), topic.codec(), subscriber, Tailer.unbounded(options), readers.events());
        this.loop = new Loop(this, readers.later());
        this.unfinished = new Unfinished(options.retry(), readers.later(), loop::wake);
        group.add(mailbox);
    }

    @Override
    public CompletableFuture<Void> begin() {
        loop.wake();
        renewLater();
        return fixed;
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
        loop.wake();
    }

    @Override
    public void renewed() {
        loop.wakeAtOnce();
    }

    @Override
    public void ticked() {
        lookDue = true;
        loop.wake();
    }

    @Override
    public void swept() {
        loop.proceed();
    }

    @Override
    public boolean isReady() {
        if (unfinished.hasHandled() || unfinished.hasDead()) {
            return true;
        }
        return ended
                ? settled != null
                : missing || leaseDue || lookDue || room() > 0 && (unfinished.hasDue() || !unfinished.isFull());
    }

    /** Entries that may be taken. */
    private int room() {
        Backlog.Entry newest = group.backlog().newest();
        Backlog.Entry read = mailbox.cursor().last();
        long waiting = newest.messages - read.messages;
        return newest.bytes - read.bytes >= maxBytes ? 0 : (int) Math.max(0, maxMessages - waiting);
    }

    private long roomBytes() {
        return Math.max(
                1, maxBytes - group.backlog().newest().bytes + mailbox.cursor().last().bytes);
    }

    @Override
    public CompletableFuture<?> step() {
        CompletableFuture<?> step = missing && !ended ? create() : next();
        return step.handle((done, failure) -> {
                    if (failure == null) {
                        return DONE;
                    }
                    if (EngineFuture.unwrap(failure) instanceof Groups.MissingGroupException) {
                        missing = true;
                        unfinished.forget();
                        loop.again();
                        return DONE;
                    }
                    recovering = true;
                    return CompletableFuture.<Void>failedFuture(failure);
                })
                .thenCompose(result -> result);
    }

    private CompletableFuture<?> next() {
        if (unfinished.hasHandled()) {
            return again(unfinished.acknowledge(positions -> groups.ack(member, positions)));
        }
        if (unfinished.hasDead()) {
            return again(unfinished.bury(this::bury));
        }
        CompletableFuture<Void> asked = settled;
        if (ended) {
            if (asked != null) {
                asked.complete(null);
            }
            return DONE;
        }
        if (leaseDue) {
            leaseDue = false;
            return again(renew());
        }
        if (lookDue) {
            lookDue = false;
            return again(groups.info(topic.name(), member.group())
                    .thenAccept(info -> lag = info.undelivered() + info.pending()));
        }
        return room() > 0 ? take() : DONE;
    }

    private CompletableFuture<?> again(CompletableFuture<?> step) {
        loop.again();
        return step;
    }

    /** Takes more, from where it is most urgent. */
    private CompletableFuture<?> take() {
        if (recovering || recovered != null) {
            return again(recover());
        }
        if (unfinished.hasDue()) {
            return again(unfinished.retry(this::retry));
        }
        if (unfinished.isFull()) {
            return DONE;
        }
        if (takeOverDue) {
            return again(
                    groups.takeOver(member, readers.settings().lease(), room()).thenAccept(batch -> {
                        takeOverDue = batch.more();
                        deliver(batch);
                    }));
        }
        return groups.claim(member, room(), roomBytes()).thenAccept(batch -> {
            deliver(batch);
            if (batch.more()) {
                loop.again();
            }
        });
    }

    /** A group that has vanished begins anew at the very beginning, so that nothing published since is missed. */
    private CompletableFuture<?> create() {
        if (fixed.isDone()) {
            return again(groups.create(topic.name(), member.group(), Position.ORIGIN)
                    .thenAccept(created -> exists(created ? Gap.of(topic.name(), Gap.Reason.RESET) : null)));
        }
        return again(new Starting(readers.log(), topic.name())
                .place(start)
                .thenCompose(place -> groups.create(topic.name(), member.group(), place.preceding()))
                .thenAccept(created -> exists(null)));
    }

    private void exists(@Nullable Gap gap) {
        missing = false;
        if (gap != null) {
            group.append(gap);
            group.wake();
        }
        fixed.complete(null);
    }

    private CompletableFuture<?> renew() {
        long now = System.nanoTime();
        List<Position> held = unfinished.positions();
        if (held.isEmpty()) {
            leaseNanos = now;
            return DONE;
        }
        return groups.renew(member, held).thenAccept(ours -> {
            leaseNanos = now;
            unfinished.retain(held, ours);
        });
    }

    /** Asks for what we own, a page at a time, from the beginning for each new reason to. */
    private CompletableFuture<?> recover() {
        Position after = recovering || recovered == null ? Position.ORIGIN : recovered;
        recovering = false;
        return groups.pending(member, after, room()).thenAccept(batch -> {
            List<Groups.Taken> entries = batch.entries();
            recovered = batch.more() && !entries.isEmpty()
                    ? entries.get(entries.size() - 1).position()
                    : null;
            deliver(batch);
        });
    }

    private void deliver(Groups.Batch batch) {
        long trimmed = batch.trimmed();
        for (Groups.Taken taken : batch.entries()) {
            if (taken.frame().isEmpty()) {
                trimmed++;
                unfinished.handled(taken.position());
            }
        }
        if (trimmed > 0) {
            group.append(Gap.of(topic.name(), Gap.Reason.TRIMMED, trimmed));
        }
        for (Groups.Taken taken : batch.entries()) {
            taken.frame().ifPresent(frame -> deliver(taken, frame));
        }
        group.wake();
    }

    private void deliver(Groups.Taken taken, Frame frame) {
        if (!unfinished.add(taken.position(), taken.attempt())) {
            return; // known to us already
        }
        Delivery delivery = new Delivery(frame, topic.name(), taken.position(), taken.attempt());
        if (taken.attempt() > maxDeliveries) {
            unfinished.dead(new DeadLetter(delivery, "members died or vanished while handling it"));
        } else {
            group.append(delivery, SequenceTracker.IN_ORDER);
        }
    }

    /** Whether the entry is ours to deliver again. */
    private CompletableFuture<Boolean> retry(Position position, int attempt) {
        return groups.retry(member, position, attempt)
                .thenCompose(ours -> ours
                        ? readers.log()
                                .read(topic.name(), position, 2, 1)
                                .thenApply(batch -> deliverAgain(position, attempt, batch))
                        : CompletableFuture.completedFuture(false));
    }

    private boolean deliverAgain(Position position, int attempt, Log.Batch batch) {
        Optional<Frame> frame = batch.entries().stream()
                .filter(entry -> entry.position().equals(position))
                .map(Log.Entry::frame)
                .findFirst();
        if (frame.isPresent()) {
            group.append(new Delivery(frame.get(), topic.name(), position, attempt), SequenceTracker.IN_ORDER);
        } else {
            group.append(Gap.of(topic.name(), Gap.Reason.TRIMMED, 1));
            unfinished.handled(position);
        }
        group.wake();
        return true;
    }

    private CompletableFuture<?> bury(Position position, DeadLetter letter) {
        return groups.bury(member, position, deadTopic, letter.frame(member.group()), retention)
                .thenAccept(done -> {
                    if (done) {
                        readers.buried(letter, member.group());
                    }
                });
    }

    /** Without a lease others may have it. Then it is asked for again, as soon as the medium can be asked. */
    @Override
    public boolean wants(Delivery delivery) {
        if (System.nanoTime() - leaseNanos > readers.settings().lease().toNanos()) {
            unfinished.drop(delivery);
            recovering = true;
            loop.wake();
        }
        return unfinished.has(delivery);
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
        unfinished.dead(DeadLetter.of(delivery, cause));
    }

    @Override
    public void troubled(Throwable cause) {
        readers.troubled(topic.name(), cause);
    }

    @Override
    public void recovered() {
        readers.recovered(topic.name());
    }

    @Override
    public String topic() {
        return topic.name();
    }

    @Override
    public Mailbox<?> mailbox() {
        return mailbox;
    }

    /** The medium keeps it. */
    @Override
    public Optional<Position> position() {
        return Optional.empty();
    }

    @Override
    public OptionalLong lag() {
        long known = lag;
        return known == Place.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(known);
    }

    @Override
    public void end() {
        ended = true;
        readers.remove(topic, this);
    }

    @Override
    public void awaitSettled(long deadlineNanos) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        settled = done;
        loop.wake();
        try {
            done.get(Deadline.left(deadlineNanos).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unreachable) {
            return; // it is delivered again, to another member (L3)
        }
    }
}
