package io.broker4j.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A future handed to users. If a thread that must complete it waits for it, or for a stage chained to it, the wait
 * throws instead of blocking for ever.
 */
class EngineFuture<T> extends CompletableFuture<T> {
    private final BooleanSupplier onOurThread;

    /** The supplier tells whether the calling thread is an I/O thread, which brings the medium's answers. */
    EngineFuture(BooleanSupplier onOurThread) {
        this.onOurThread = onOurThread;
    }

    /** The original failure of a stage, without the wrappers of the stages in between. */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new EngineFuture<>(onOurThread);
    }

    @Override
    public T join() {
        rejectOurThread();
        return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        rejectOurThread();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        rejectOurThread();
        return super.get(timeout, unit);
    }

    private void rejectOurThread() {
        if (!isDone() && onOurThread.getAsBoolean()) {
            throw new IllegalStateException(
                    "waiting on I/O thread "
                            + Thread.currentThread().getName()
                            + " for a future that it has to complete: chain a stage instead, or subscribe without inline() (README#io-thread)");
        }
    }
}
