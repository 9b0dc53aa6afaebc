package io.broker4j.spi;

import io.broker4j.Position;
import io.broker4j.SubscribeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a member of a group has been given and is not done with: waiting, being handled, or put aside until it is tried again.
 * Threads that deliver leave word here of what became of an entry; one step after another of the member's {@link Loop} takes it
 * to the medium. An entry put aside is not kept, only its position is.
 */
final class Unfinished {
    private static final int MAX_ACKNOWLEDGED_TOGETHER = 256;
    private static final int MAX_ASIDE = 1024;

    private final SubscribeOptions.Retry retry;
    private final Backoff backoff;
    private final Later later;
    private final Runnable wake;

    /** Which delivery of an entry is under way or will be next. */
    private final Map<Position, Integer> attempts = new ConcurrentHashMap<>();

    private final Queue<Position> handled = new ConcurrentLinkedQueue<>();
    private final Queue<DeadLetter> dead = new ConcurrentLinkedQueue<>();
    private final Queue<Position> due = new ConcurrentLinkedQueue<>();
    private final AtomicInteger aside = new AtomicInteger();

    Unfinished(SubscribeOptions.Retry retry, Later later, Runnable wake) {
        this.retry = retry;
        this.backoff = new Backoff(retry.firstDelay(), retry.longestDelay());
        this.later = later;
        this.wake = wake;
    }

    /** Takes note of an entry; whether it is new. */
    boolean add(Position position, int attempt) {
        return attempts.putIfAbsent(position, attempt) == null;
    }

    /** Whether that is the delivery of an entry that is ours. */
    boolean has(Delivery delivery) {
        Integer attempt = attempts.get(position(delivery));
        return attempt != null && attempt == delivery.attempt();
    }

    @SuppressWarnings("NullAway") // deliveries of a log have one
    private static Position position(Delivery delivery) {
        return delivery.position();
    }

    List<Position> positions() {
        return List.copyOf(attempts.keySet());
    }

    /** Of some positions only these are still ours. */
    void retain(List<Position> asked, List<Position> ours) {
        Set<Position> kept = Set.copyOf(ours);
        asked.stream().filter(position -> !kept.contains(position)).forEach(attempts::remove);
    }

    /** Forgets one that may not be ours any more. */
    void drop(Delivery delivery) {
        attempts.remove(position(delivery), delivery.attempt());
    }

    /** Nothing is ours any more. */
    void forget() {
        handled.clear();
        dead.clear();
        attempts.clear();
    }

    void handled(Position position) {
        handled.add(position);
        wake.run();
    }

    void handled(Delivery delivery) {
        handled(position(delivery));
    }

    void dead(DeadLetter letter) {
        dead.add(letter);
        wake.run();
    }

    /** Puts an entry aside for a while, or gives it up. */
    void failed(Delivery delivery, Throwable cause) {
        int attempt = delivery.attempt();
        if (attempt >= retry.maxDeliveries()) {
            dead(DeadLetter.of(delivery, cause));
        } else if (attempts.replace(position(delivery), attempt, attempt + 1)) {
            aside.incrementAndGet();
            later.run(backoff.millisAfter(attempt), () -> {
                due.add(position(delivery));
                wake.run();
            });
        }
    }

    /** Whether so many are put aside that no others should be taken. */
    boolean isFull() {
        return aside.get() >= MAX_ASIDE;
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

    /** Acknowledges some of those that are handled. */
    CompletableFuture<?> acknowledge(Function<List<Position>, CompletableFuture<Void>> medium) {
        List<Position> positions = new ArrayList<>();
        for (Position next = handled.poll(); next != null; next = handled.poll()) {
            positions.add(next);
            if (positions.size() == MAX_ACKNOWLEDGED_TOGETHER) {
                break;
            }
        }
        return medium.apply(positions).whenComplete((done, failure) -> {
            if (failure == null) {
                positions.forEach(attempts::remove);
            } else {
                handled.addAll(positions);
            }
        });
    }

    /** Buries one of those that are given up. */
    CompletableFuture<?> bury(BiFunction<Position, DeadLetter, CompletableFuture<?>> medium) {
        DeadLetter letter = dead.element();
        Position position = position(letter.message());
        return medium.apply(position, letter).thenRun(() -> {
            dead.remove(letter);
            attempts.remove(position);
        });
    }

    /** Has one of those whose time has come delivered again, if it is still ours. */
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
