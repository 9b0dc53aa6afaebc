package io.broker4j.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Position;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries that a member of a group was given and has not finished, and what is to be done with
 * each: it waits in the mailbox, is being handled, is to be acknowledged, is put aside until its
 * next delivery, is to be buried, or is to be given back. The ledger knows neither the time nor the
 * medium: its user asks what is to be done, does it, and records the result.
 *
 * <p>Handlers and the steps of the member's {@link Loop} use it concurrently; each method is atomic
 * under its monitor.
 */
final class Ledger {
    private static final int MAX_ACKNOWLEDGED_TOGETHER = 256;
    private static final int MAX_ASIDE = 1024;

    /** Bounds the memory, because these entries are kept with their payloads. */
    private static final int MAX_UNBURIED = 64;

    private final int maxDeliveries;

    /** The owned entries, with the number of the current or next delivery of each. */
    @GuardedBy("this")
    private final Map<Position, Integer> attempts = new HashMap<>();

    /** The owned entries that the mailbox holds and has not begun. */
    @GuardedBy("this")
    private final Map<Position, Delivery> waiting = new HashMap<>();

    /** The entries put aside, until they are delivered again or given back. */
    @GuardedBy("this")
    private final Set<Position> aside = new HashSet<>();

    /** The entries put aside that are due for redelivery. */
    @GuardedBy("this")
    private final Queue<Position> due = new ArrayDeque<>();

    @GuardedBy("this")
    private final Set<Position> handled = new LinkedHashSet<>();

    @GuardedBy("this")
    private final Queue<DeadLetter> dead = new ArrayDeque<>();

    /**
     * The entries to be given back, with the number of the next delivery for each. The member no
     * longer owns them.
     */
    @GuardedBy("this")
    private final Map<Position, Integer> returning = new HashMap<>();

    /** Entries whose burial failed but may have been carried out. */
    @GuardedBy("this")
    private final Set<Position> perhapsBuried = new HashSet<>();

    /** Dead letters that wait for another attempt to bury them. */
    @GuardedBy("this")
    private int unburied;

    /** How often burying has failed in a row. */
    @GuardedBy("this")
    private int failedBurials;

    /** The entry whose delivery has begun and not ended. */
    @GuardedBy("this")
    private @Nullable Position begun;

    /** The entry taken over last, until its delivery has ended. */
    @GuardedBy("this")
    private @Nullable Position takenOver;

    @GuardedBy("this")
    private long progress;

    @GuardedBy("this")
    private long done;

    Ledger(int maxDeliveries) {
        this.maxDeliveries = maxDeliveries;
    }

    // Entries from the medium

    /** Records an owned entry; false if it was known. */
    synchronized boolean add(Position position, int attempt) {
        return attempts.putIfAbsent(position, attempt) == null;
    }

    /** Records an entry that was taken over from another member. */
    synchronized void tookOver(Position position) {
        takenOver = position;
    }

    /** Records a delivery that goes into the mailbox; the entry is not put aside any more. */
    synchronized void waits(Delivery delivery) {
        Position position = position(delivery);
        aside.remove(position);
        due.remove(position);
        waiting.put(position, delivery);
    }

    /** Forgets the entries that the medium was asked about and the member no longer owns. */
    synchronized void retain(List<Position> asked, List<Position> ours) {
        Set<Position> lost = new HashSet<>(asked);
        ours.forEach(lost::remove);
        removeAll(lost);
    }

    /** Forgets all entries. */
    synchronized void forget() {
        begun = null;
        attempts.clear();
        waiting.clear();
        aside.clear();
        due.clear();
        handled.clear();
        dead.clear();
        perhapsBuried.clear();
        returning.clear();
    }

    @GuardedBy("this")
    private void removeAll(Collection<Position> positions) {
        for (Position position : positions) {
            remove(position);
        }
    }

    @GuardedBy("this")
    private void remove(Position position) {
        attempts.remove(position);
        waiting.remove(position);
        aside.remove(position);
        due.remove(position);
    }

    // Deliveries

    /** Forgets a waiting entry that the member may no longer own. */
    synchronized void drop(Delivery delivery) {
        if (waiting.get(position(delivery)) == delivery) {
            remove(position(delivery));
        }
    }

    /**
     * Begins a delivery, unless the member no longer owns its entry, or gave the entry back and
     * then received it again.
     */
    synchronized boolean begin(Delivery delivery) {
        progress++;
        Position position = position(delivery);
        boolean ours = waiting.remove(position, delivery);
        begun = ours ? position : null;
        return ours;
    }

    /** Ends a delivery; false if its entry was forgotten since it began. */
    @GuardedBy("this")
    private boolean end(Position position) {
        progress++;
        if (!Objects.equals(position, begun)) {
            return false;
        }
        begun = null;
        takenOver = Objects.equals(position, takenOver) ? null : takenOver;
        return true;
    }

    /** Ends a delivery: the entry is to be acknowledged. */
    synchronized void handled(Delivery delivery) {
        Position position = position(delivery);
        if (end(position)) {
            handled.add(position);
        }
    }

    /** Ends a delivery: the entry is to be buried. */
    synchronized void undecodable(Delivery delivery, Throwable cause) {
        if (end(position(delivery))) {
            dead.add(DeadLetter.of(delivery, cause));
        }
    }

    /**
     * Ends a delivery: the entry is put aside or, after its last delivery, to be buried. Nothing
     * follows if the entry was lost and received again meanwhile, because then another delivery waits.
     *
     * @return whether it is put aside, until {@link #comesDue}
     */
    synchronized boolean failed(Delivery delivery, Throwable cause) {
        Position position = position(delivery);
        if (!end(position) || waiting.containsKey(position)) {
            return false;
        }
        boolean ours = attempts.replace(position, delivery.attempt(), delivery.attempt() + 1);
        if (delivery.attempt() >= maxDeliveries) {
            dead.add(DeadLetter.of(delivery, cause));
            return false;
        }
        return ours && aside.add(position);
    }

    // Acknowledging

    /** Records that the log has dropped an entry; the entry is then to be acknowledged. */
    synchronized void dropped(Position position) {
        aside.remove(position);
        due.remove(position);
        handled.add(position);
    }

    synchronized boolean hasHandled() {
        return !handled.isEmpty();
    }

    /** Some of the entries to be acknowledged. */
    synchronized List<Position> takeHandled() {
        List<Position> taken = handled.stream().limit(MAX_ACKNOWLEDGED_TOGETHER).toList();
        taken.forEach(handled::remove);
        return taken;
    }

    synchronized void acknowledged(List<Position> positions) {
        removeAll(positions);
        done += positions.size();
    }

    synchronized void notAcknowledged(List<Position> positions) {
        handled.addAll(positions);
    }

    // Burying

    /** Records an entry that is to be buried without a handler call. */
    synchronized void dead(DeadLetter letter) {
        dead.add(letter);
    }

    synchronized boolean hasDead() {
        return !dead.isEmpty();
    }

    synchronized DeadLetter takeDead() {
        return dead.remove();
    }

    synchronized void buried(DeadLetter letter) {
        Position position = position(letter.message());
        failedBurials = 0;
        perhapsBuried.remove(position);
        remove(position);
        done++;
    }

    /**
     * Records that burying has failed. {@link #buryAgain} repeats it after a delay; burying other
     * entries may succeed meanwhile.
     *
     * @return how often burying has failed in a row
     */
    synchronized int notBuried(DeadLetter letter) {
        perhapsBuried.add(position(letter.message()));
        unburied++;
        return ++failedBurials;
    }

    synchronized void buryAgain(DeadLetter letter) {
        unburied--;
        dead.add(letter);
    }

    /** Whether the entry may be a dead letter already, although no answer confirmed it. */
    synchronized boolean isPerhapsBuried(Position position) {
        return perhapsBuried.contains(position);
    }

    /** Whether the member takes no new entries, because too many dead letters cannot be written. */
    synchronized boolean isHeldUp() {
        return unburied >= MAX_UNBURIED;
    }

    /** Whether burying fails repeatedly. */
    synchronized boolean isBuryingInVain() {
        return failedBurials > 1;
    }

    // Redelivering

    /**
     * Records that an entry is due for redelivery, unless it was given back or forgotten meanwhile.
     */
    synchronized void comesDue(Position position) {
        if (aside.contains(position) && !due.contains(position)) {
            due.add(position);
        }
    }

    synchronized boolean hasDue() {
        return !due.isEmpty();
    }

    /** The entry to be delivered again; it stays until it {@link #waits}, is {@link #dropped} or {@link #lost}. */
    synchronized Position nextDue() {
        return due.element();
    }

    /** The number of the current or next delivery of an entry; 0 if the member does not own it. */
    synchronized int attempt(Position position) {
        return attempts.getOrDefault(position, 0);
    }

    /** Forgets an entry that the member no longer owns. */
    synchronized void lost(Position position) {
        remove(position);
    }

    // Giving back

    /** Takes all entries whose delivery has not begun; none of these deliveries begins afterwards. */
    synchronized Map<Position, Integer> giveBackAll() {
        return giveBack(Set.copyOf(attempts.keySet()));
    }

    /** Takes the entries whose delivery could begin now. */
    synchronized Map<Position, Integer> giveBackReady() {
        Set<Position> ready = new HashSet<>(waiting.keySet());
        ready.addAll(due);
        return giveBack(ready);
    }

    @GuardedBy("this")
    private Map<Position, Integer> giveBack(Set<Position> positions) {
        Map<Position, Integer> taken = new HashMap<>(attempts);
        taken.keySet().retainAll(positions);
        taken.keySet().removeAll(inHand());
        removeAll(taken.keySet());
        returning.putAll(taken);
        return Map.copyOf(returning);
    }

    /**
     * The entries that the member keeps, because their handler runs or their acknowledgement is not
     * confirmed. An entry that was lost and received again while its handler ran is not kept: it
     * waits for another delivery.
     */
    @GuardedBy("this")
    private Set<Position> inHand() {
        Set<Position> kept = new HashSet<>(handled);
        if (begun != null && !waiting.containsKey(begun)) {
            kept.add(begun);
        }
        return kept;
    }

    /** Whether giving back was begun and has not succeeded. */
    synchronized boolean isReturning() {
        return !returning.isEmpty();
    }

    synchronized void returned() {
        returning.clear();
    }

    // State

    synchronized List<Position> positions() {
        return List.copyOf(attempts.keySet());
    }

    /** Whether the member owned the entry at the last answer of the medium. */
    synchronized boolean holds(Position position) {
        return attempts.containsKey(position);
    }

    /** How many entries the member owns. */
    synchronized int held() {
        return attempts.size();
    }

    /** How many entries were acknowledged or buried so far. */
    synchronized long done() {
        return done;
    }

    /** How many entries the mailbox holds and has not begun. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Whether another member could handle some of these entries now. */
    synchronized boolean hasReady() {
        return !due.isEmpty() || !inHand().containsAll(waiting.keySet());
    }

    /** Whether so many entries are put aside, or cannot be buried, that no others should be taken. */
    synchronized boolean isFull() {
        return aside.size() >= MAX_ASIDE || isHeldUp();
    }

    /** Whether the entry taken over last waits or is being handled. */
    synchronized boolean hasTakenOver() {
        return takenOver != null && attempts.containsKey(takenOver);
    }

    /** Whether there are entries that are not in hand. */
    synchronized boolean hasOthers() {
        return isReturning() || !inHand().containsAll(attempts.keySet());
    }

    /** Grows with each delivery that is begun, refused or ended. */
    synchronized long progress() {
        return progress;
    }

    private static Position position(Delivery delivery) {
        return Objects.requireNonNull(delivery.position());
    }
}
