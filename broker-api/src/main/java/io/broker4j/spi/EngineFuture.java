package io.broker4j.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future handed to users; waiting for it on the I/O thread that would complete it throws instead of blocking for ever. */
class EngineFuture<T> extends CompletableFuture<T> {
    private final Transport transport;

    EngineFuture(Transport transport) {
        this.transport = transport;
    }

    @Override
    public T join() {
        rejectIoThread();
        return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        rejectIoThread();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        rejectIoThread();
        return super.get(timeout, unit);
    }

    private void rejectIoThread() {
        if (!isDone() && transport.onIoThread()) {
            throw new IllegalStateException(
                    "waiting on I/O thread " + Thread.currentThread().getName()
                            + " for a future that it has to complete: chain a stage instead, or subscribe without inline() (README#io-thread)");
        }
    }
}
