package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Gap;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A publisher that publishes 0, 1, 2 … as text until it is stopped, with a few publishes under way at a time. It
 * remembers the outcome of each number, and at the end compares a subscriber's arrivals with the outcomes.
 */
final class NumberStream {
    private static final int UNDER_WAY = 16;
    /** Published between pauses of a millisecond, so that the stream leaves room for what is tested. */
    private static final int BURST = 20;

    private final List<CompletableFuture<Receipt>> published = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger succeeded = new AtomicInteger();
    private final Semaphore permits = new Semaphore(UNDER_WAY);
    private final Publisher<String> publisher;
    private final ContractGroup group;
    private final ContractGroup.Task<Void> loop;
    private volatile boolean stopped;

    NumberStream(ContractGroup group, Publisher<String> publisher) {
        this.group = group;
        this.publisher = publisher;
        loop = new ContractGroup.Task<>("kit-stream", this::run);
    }

    private Void run() throws InterruptedException {
        while (!stopped) {
            if (permits.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                CompletableFuture<Receipt> next = publisher.publish(Integer.toString(published.size()));
                published.add(next);
                next.whenComplete((receipt, failure) -> {
                    succeeded.addAndGet(failure == null ? 1 : 0);
                    permits.release();
                });
                if (published.size() % BURST == 0) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }
        return null;
    }

    /** Numbers begun so far: a number from this on is published after this call. */
    int begun() {
        return published.size() + 1;
    }

    /** Waits until {@code count} more have been begun. */
    void awaitProgress(int count) {
        int target = published.size() + count;
        group.await(count + " more publishes", () -> published.size() >= target || loop.future.isDone());
    }

    /** Waits until {@code count} more have a receipt: if more than are under way, one that is published after this call. */
    void awaitReceipts(int count) {
        int target = succeeded.get() + count;
        group.await(count + " more receipts", () -> succeeded.get() >= target || loop.future.isDone());
    }

    /** Begins no other. */
    void halt() {
        stopped = true;
    }

    /** Ends the stream. Every future completes, or this fails. */
    void stop() {
        halt();
        group.get(loop.future);
        group.get(ContractGroup.all(List.copyOf(published).stream()
                .map(one -> one.handle((receipt, failure) -> true))
                .toList()));
    }

    /** All numbers that have a receipt, once stopped. */
    List<String> receipts() {
        return IntStream.range(0, published.size())
                .filter(number -> outcome(number).isEmpty())
                .mapToObj(Integer::toString)
                .toList();
    }

    /** The highest number that has a receipt, once stopped. */
    int lastReceipt() {
        int last = published.size() - 1;
        while (outcome(last).isPresent()) {
            last--;
        }
        return last;
    }

    /**
     * Fails unless the arrivals are true to what was published: increasing, so in order and none twice; nothing that the
     * publisher was told is not sent; and from {@code first} on nothing missing that has a receipt, unless a gap is
     * announced between its neighbours.
     */
    void check(List<Object> arrivals, int first) {
        int previous = -1;
        boolean gap = false;
        for (Object arrival : arrivals) {
            if (arrival instanceof Gap) {
                gap = true;
                continue;
            }
            int number = Integer.parseInt((String) arrival);
            assertThat(number).as("next number received, in %s", arrivals).isGreaterThan(previous);
            assertThat(outcome(number))
                    .as("outcome of number %s, which was received", number)
                    .isNotIn(Optional.of(Outcome.NOT_SENT), Optional.of(Outcome.REJECTED));
            for (int missing = Math.max(first, previous + 1); missing < number && !gap; missing++) {
                assertThat(outcome(missing))
                        .as("outcome of number %s, missing without a gap between %s and %s", missing, previous, number)
                        .isPresent();
            }
            previous = number;
            gap = false;
        }
    }

    /** The outcome of a failed publish; empty if it succeeded. */
    private Optional<Outcome> outcome(int number) {
        return Optional.ofNullable(published
                .get(number)
                .<Outcome>handle((receipt, failure) -> failure == null ? null : ((PublishException) failure).outcome())
                .join());
    }
}
