package io.broker4j.spi;

import io.broker4j.PublishException;
import io.broker4j.Receipt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A publish that the medium has not answered yet, and the future the user has. What the user makes of that future has no
 * effect on the publish, nor on what is known of it: its place is given back, and its failure counted, with the answer.
 */
final class Attempt extends EngineFuture<Receipt> implements BiConsumer<@Nullable Object, @Nullable Throwable> {
    private final CompletableFuture<?> sent;
    private final LiveReceipt receipt;
    private final InFlight inFlight;
    private final FailedPublishes failures;
    private final int size;
    private final long deadlineNanos;
    private volatile boolean givenUp;
    private final AtomicBoolean failed = new AtomicBoolean();

    Attempt(
            BooleanSupplier onOurThread,
            CompletableFuture<?> sent,
            LiveReceipt receipt,
            InFlight inFlight,
            FailedPublishes failures,
            int size,
            Duration timeout) {
        super(onOurThread);
        this.sent = sent;
        this.receipt = receipt;
        this.inFlight = inFlight;
        this.failures = failures;
        this.size = size;
        this.deadlineNanos = Deadline.in(timeout);
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void accept(@Nullable Object answer, @Nullable Throwable failure) {
        inFlight.giveBack(size);
        if (failure == null) {
            complete(receipt.answered(answer));
        } else if (!givenUp || !sent.isCancelled()) {
            fail(asPublishException(failure));
        }
    }

    private void fail(PublishException failure) {
        if (failed.compareAndSet(false, true)) {
            failures.add(receipt.topic(), failure);
            completeExceptionally(failure);
        }
    }

    private PublishException asPublishException(Throwable failure) {
        Throwable cause = EngineFuture.unwrap(failure);
        return cause instanceof PublishException known
                ? known
                : new PublishException(
                        PublishException.Outcome.UNKNOWN,
                        "publish to " + receipt.topic() + ": " + Failures.words(cause),
                        cause);
    }

    /** Whether the medium has answered. That is not {@link #isDone}: the user may complete the future too. */
    boolean isAnswered() {
        return sent.isDone();
    }

    /**
     * Ends it if it is not answered, and tells the transport that it must not be sent late; that first, since stages of the
     * user's may publish again, which must not go to a connection that is about to end (P4).
     */
    void giveUp(String why) {
        if (!isAnswered()) {
            givenUp = true;
            sent.cancel(false);
            fail(new PublishException(
                    PublishException.Outcome.UNKNOWN,
                    "publish to " + receipt.topic() + ": " + why
                            + "; it may or may not have been received (README#outcome)"));
        }
    }
}
