package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The common part of groups that close from somewhere, and look that close does not wait for its own caller. */
abstract class ClosingGroup extends ContractGroup {
    /** Limit for a close that waits for nothing; a close that waits for its caller takes the whole close deadline. */
    static final Duration AT_ONCE = CLOSE_TIMEOUT.dividedBy(2);

    /** Completes with how long closing took, if the thread was not interrupted meanwhile. */
    private final CompletableFuture<Duration> returned = new CompletableFuture<>();

    final void close(Broker broker) {
        close(broker::close);
    }

    final void close(Runnable closing) {
        long start = System.nanoTime();
        closing.run();
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        if (Thread.currentThread().isInterrupted()) {
            returned.completeExceptionally(new AssertionError("close interrupted its own caller after " + taken));
        }
        returned.complete(taken);
    }

    final void assertReturnedAtOnce() {
        assertThat(get(returned)).as("time that close took").isLessThan(AT_ONCE);
    }

    final void count(CountDownLatch latch) {
        await("a stage that is chained", () -> latch.getCount() == 0);
    }
}
