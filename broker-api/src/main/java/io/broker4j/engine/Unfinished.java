package io.broker4j.engine;

import io.broker4j.Position;
import io.broker4j.SubscribeOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The entries that a member of a group was given and has not finished: waiting, being handled, or put aside until the
 * next attempt. Delivering threads record here what became of an entry; the steps of the member's {@link Loop}, one
 * after another, tell the medium. For an entry put aside only the position is kept.
 */
final class Unfinished {
    private static final int MAX_ACKNOWLEDGED_TOGETHER = 256;
    private static final int MAX_ASIDE = 1024;

    /** A bound, because these entries are kept with their payloads. */
    private static final int MAX_UNBURIED = 64;

    private static final Backoff BURIALS = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final SubscribeOptions.Retry retry;
    private final Backoff backoff;
    private final Later later;
    private final Runnable wake;

    /** The number of the current or next delivery of each entry. */
    private final Map<Position, Integer> attempts = new ConcurrentHashMap<>();

    /** The entries that the mailbox holds and has not begun. */
    private final Map<Position, Delivery> waiting = new ConcurrentHashMap<>();

    /** The entries to be given back, with the number of the next delivery for each. Written by steps. */
    private final Map<Position, Integer> returning = new ConcurrentHashMap<>();

    private final Queue<Position> handled = new ConcurrentLinkedQueue<>();
    private final Queue<DeadLetter> dead = new ConcurrentLinkedQueue<>();
    private final Queue<Position> due = new ConcurrentLinkedQueue<>();
    private final AtomicInteger aside = new AtomicInteger();

    private final AtomicInteger unburied = new AtomicInteger();
    private final AtomicLong done = new AtomicLong();

    /** Entries whose burial failed but may have been carried out. Used by one step after another. */
    private final Set<Position> perhapsBuried = new HashSet<>();

    /** How often burying has failed in a row. Used by one step after another. */
    private int failedBurials;

    /** The entry whose delivery has begun and not ended. Guarded by this. */
    private @Nullable Position begun;

    /** Counts deliveries begun, refused and ended. Written under the lock. */
    private volatile long progress;

    /** The entry taken over last, until its delivery has ended. Guarded by this. */
    private @Nullable Position takenOver;

    Unfinished(SubscribeOptions.Retry retry, Later later, Runnable wake) {
        this.retry = retry;
        this.backoff = new Backoff(retry.firstDelay(), retry.longestDelay());
        this.later = later;
        this.wake = wake;
    }

    /** Records an entry; false if it was known. */
    boolean add(Position position, int attempt) {
        return attempts.putIfAbsent(position, attempt) == null;
    }

    /** Records a delivery that goes into the mailbox. */
    void waits(Delivery delivery) {
        waiting.put(position(delivery), delivery);
    }

    /**
     * Begins a delivery, unless the member does not own its entry any more, or gave the entry back and then received it
     * again.
     */
    synchronized boolean begin(Delivery delivery) {
        progress++;
        Position position = position(delivery);
        boolean ours = waiting.remove(position, delivery) && attempts.containsKey(position);
        begun = ours ? position : null;
        return ours;
    }

    /** Ends a delivery that has begun and records its outcome, unless its entry was forgotten meanwhile. */
    private void end(Delivery delivery, Runnable outcome) {
        synchronized (this) {
            progress++;
            Position position = position(delivery);
            if (Objects.equals(position, begun)) {
                outcome.run();
                begun = null;
                takenOver = Objects.equals(position, takenOver) ? null : takenOver;
            }
        }
        wake.run();
    }

    @SuppressWarnings("NullAway") // deliveries of a log have one
    private static Position position(Delivery delivery) {
        return delivery.position();
    }

    List<Position> positions() {
        return List.copyOf(attempts.keySet());
    }

    /** Of the positions asked about, keeps only those that the member still owns. */
    void retain(List<Position> asked, List<Position> ours) {
        Set<Position> kept = Set.copyOf(ours);
        asked.stream().filter(position -> !kept.contains(position)).forEach(this::remove);
    }

    private void remove(Position position) {
        attempts.remove(position);
        waiting.remove(position);
    }

    /** Forgets an entry that the member may not own any more. */
    void drop(Delivery delivery) {
        if (waiting.remove(position(delivery), delivery)) {
            attempts.remove(position(delivery));
        }
    }

    /** Forgets all entries. */
    synchronized void forget() {
        begun = null;
        handled.clear();
        dead.clear();
        attempts.clear();
        perhapsBuried.clear();
        waiting.clear();
        returning.clear();
    }

    void handled(Position position) {
        handled.add(position);
        wake.run();
    }

    void handled(Delivery delivery) {
        end(delivery, () -> handled.add(position(delivery)));
    }

    void dead(DeadLetter letter) {
        dead.add(letter);
        wake.run();
    }

    void undecodable(Delivery delivery, Throwable cause) {
        end(delivery, () -> dead.add(DeadLetter.of(delivery, cause)));
    }

    /** Puts an entry aside for a while, or gives it up. */
    void failed(Delivery delivery, Throwable cause) {
        end(delivery, () -> {
            if (delivery.attempt() >= retry.maxDeliveries()) {
                dead.add(DeadLetter.of(delivery, cause));
            } else {
                putAside(position(delivery), delivery.attempt());
            }
        });
    }

    private void putAside(Position position, int attempt) {
        if (attempts.replace(position, attempt, attempt + 1)) {
            aside.incrementAndGet();
            later.run(backoff.millisAfter(attempt), () -> {
                due.add(position);
                wake.run();
            });
        }
    }

    /** Whether so many entries are put aside that no others should be taken. */
    boolean isFull() {
        return aside.get() >= MAX_ASIDE || isHeldUp();
    }

    /** Records an entry that was taken over from another member. */
    synchronized void tookOver(Position position) {
        takenOver = position;
    }

    /** Whether the entry taken over last waits or is being handled. */
    synchronized boolean hasTakenOver() {
        return takenOver != null && attempts.containsKey(takenOver);
    }

    /** Whether there are entries besides the one whose delivery has begun. */
    synchronized boolean hasOthers() {
        return isReturning() || attempts.size() > (begun != null && attempts.containsKey(begun) ? 1 : 0);
    }

    /** How many entries the member owns. */
    int held() {
        return attempts.size();
    }

    /** How many entries were acknowledged or buried so far. */
    long done() {
        return done.get();
    }

    /** How many entries the mailbox holds and has not begun. */
    int waiting() {
        return waiting.size();
    }

    /** Whether another member could handle some of these entries now. */
    boolean hasReady() {
        return !waiting.isEmpty() || !due.isEmpty();
    }

    /** Whether giving back was begun and has not succeeded. */
    boolean isReturning() {
        return !returning.isEmpty();
    }

    /** Grows with each delivery that is begun, refused or ended. */
    long progress() {
        return progress;
    }

    boolean hasHandled() {
        return !handled.isEmpty();
    }

    boolean hasDead() {
        return !dead.isEmpty();
    }

    boolean hasDue() {
        return !due.isEmpty();
    }

    /** Acknowledges some of the handled entries. */
    CompletableFuture<?> acknowledge(Function<List<Position>, CompletableFuture<Void>> medium) {
        List<Position> positions = new ArrayList<>();
        for (Position next = handled.poll(); next != null; next = handled.poll()) {
            positions.add(next);
            if (positions.size() == MAX_ACKNOWLEDGED_TOGETHER) {
                break;
            }
        }
        return medium.apply(positions).whenComplete((acknowledged, failure) -> {
            if (failure == null) {
                positions.forEach(attempts::remove);
                done.addAndGet(positions.size());
            } else {
                handled.addAll(positions);
            }
        });
    }

    /**
     * Buries one of the entries given up. If that fails, puts the entry aside for a while: burying others may succeed.
     */
    CompletableFuture<?> bury(BiFunction<Position, DeadLetter, CompletableFuture<?>> medium) {
        DeadLetter letter = dead.remove();
        Position position = position(letter.message());
        return medium.apply(position, letter).whenComplete((buried, failure) -> {
            if (failure == null) {
                failedBurials = 0;
                attempts.remove(position);
                done.incrementAndGet();
                perhapsBuried.remove(position);
                return;
            }
            perhapsBuried.add(position);
            unburied.incrementAndGet();
            later.run(BURIALS.millisAfter(++failedBurials), () -> {
                unburied.decrementAndGet();
                dead(letter);
            });
        });
    }

    /** Whether the member owned the entry at the last answer of the medium. */
    boolean holds(Position position) {
        return attempts.containsKey(position);
    }

    /** Whether the entry may be a dead letter already, although no answer confirmed it. */
    boolean isPerhapsBuried(Position position) {
        return perhapsBuried.contains(position);
    }

    /** Whether so many dead letters cannot be written that no new entry is taken. */
    boolean isHeldUp() {
        return unburied.get() >= MAX_UNBURIED;
    }

    /** Whether burying fails repeatedly. */
    boolean isBuryingInVain() {
        return failedBurials > 1;
    }

    /** Gives back all entries whose delivery has not begun; none of these deliveries begins afterwards. */
    CompletableFuture<?> giveBackAll(Function<Map<Position, Integer>, CompletableFuture<Void>> medium) {
        return giveBack(attempts.keySet(), medium);
    }

    /** Gives back the entries that could be begun now. */
    CompletableFuture<?> giveBackReady(Function<Map<Position, Integer>, CompletableFuture<Void>> medium) {
        Set<Position> ready = new HashSet<>(waiting.keySet());
        for (Position next = due.poll(); next != null; next = due.poll()) {
            aside.decrementAndGet();
            ready.add(next);
        }
        return giveBack(ready, medium);
    }

    private CompletableFuture<?> giveBack(
            Set<Position> positions, Function<Map<Position, Integer>, CompletableFuture<Void>> medium) {
        take(positions);
        return medium.apply(Map.copyOf(returning)).thenRun(returning::clear);
    }

    private synchronized void take(Set<Position> positions) {
        Map<Position, Integer> taken = new HashMap<>(attempts);
        taken.keySet().retainAll(positions);
        taken.keySet().removeAll(handled);
        if (begun != null) {
            taken.remove(begun);
        }
        returning.putAll(taken);
        taken.keySet().forEach(this::remove);
    }

    /** Delivers an entry again whose retry time has come, if the member still owns it. */
    CompletableFuture<?> retry(BiFunction<Position, Integer, CompletableFuture<Boolean>> medium) {
        Position position = due.element();
        @Nullable Integer attempt = attempts.get(position);
        CompletableFuture<Boolean> ours =
                attempt == null ? CompletableFuture.completedFuture(false) : medium.apply(position, attempt);
        return ours.thenAccept(isOurs -> {
            due.remove(position);
            aside.decrementAndGet();
            if (!isOurs) {
                attempts.remove(position);
            }
        });
    }
}
