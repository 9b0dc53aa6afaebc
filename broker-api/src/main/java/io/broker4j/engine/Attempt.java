package io.broker4j.engine;

import io.broker4j.PublishException;
import io.broker4j.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A publish that the medium has not answered yet, and the user's future for it. Cancelling or completing the future has
 * no effect on the publish: its place is given back, and its failure counted, when the medium answers. The future
 * completes on a worker, whichever thread brings the answer.
 */
final class Attempt extends EngineFuture<Receipt>
        implements BiConsumer<@Nullable Object, @Nullable Throwable>, Runnable {
    private final CompletableFuture<?> sent;
    private final LiveReceipt receipt;
    private final Dispatcher dispatcher;
    private final InFlight inFlight;
    private final FailedPublishes failures;
    private final int size;
    private final long deadlineNanos;
    private volatile boolean givenUp;
    private final AtomicBoolean settled = new AtomicBoolean();

    /**
     * The receipt or exception that {@link #run} completes the future with. Written before the
     * attempt is handed to the worker.
     */
    private @Nullable Object outcome;

    Attempt(
            BooleanSupplier onOurThread,
            CompletableFuture<?> sent,
            LiveReceipt receipt,
            Dispatcher dispatcher,
            InFlight inFlight,
            FailedPublishes failures,
            int size,
            long deadlineNanos) {
        super(onOurThread);
        this.sent = sent;
        this.receipt = receipt;
        this.dispatcher = dispatcher;
        this.inFlight = inFlight;
        this.failures = failures;
        this.size = size;
        this.deadlineNanos = deadlineNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void accept(@Nullable Object answer, @Nullable Throwable failure) {
        inFlight.giveBack(size);
        if (failure == null) {
            if (settled.compareAndSet(false, true)) {
                outcome = receipt.answered(answer);
                dispatcher.complete(this);
            }
        } else if (!givenUp || !sent.isCancelled()) {
            fail(asPublishException(receipt.topic(), failure));
        }
    }

    @Override
    public void run() {
        if (outcome instanceof Throwable failure) {
            completeExceptionally(failure);
        } else {
            complete((Receipt) outcome);
        }
    }

    private void fail(PublishException failure) {
        if (settled.compareAndSet(false, true)) {
            failures.add(receipt.topic(), failure);
            outcome = failure;
            dispatcher.complete(this);
        }
    }

    static PublishException asPublishException(String topic, Throwable failure) {
        Throwable cause = EngineFuture.unwrap(failure);
        return cause instanceof PublishException known
                ? known
                : new PublishException(
                        PublishException.Outcome.UNKNOWN, "publish to " + topic + ": " + Failures.words(cause), cause);
    }

    /**
     * Whether the medium has answered. {@link #isDone} may be true earlier, because the user may
     * complete the future too.
     */
    boolean isAnswered() {
        return sent.isDone();
    }

    /**
     * Ends the attempt if it is not answered. Tells the transport first that the message must not be sent late: the
     * user's stages may publish again, and those publishes must not go to a connection that is about to end (P4).
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
