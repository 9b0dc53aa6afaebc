package io.broker4j;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** What {@link Subscriber#async} returns. */
record AsyncSubscriber<T>(Function<? super Message<T>, ? extends CompletionStage<?>> handler) implements Subscriber<T> {
    static final CompletionStage<?> HANDLED = CompletableFuture.completedFuture(null);

    @Override
    public CompletionStage<?> handle(Message<T> message) {
        return Objects.requireNonNull(handler.apply(message), "the stage of an async subscriber is null");
    }

    /** For callers other than a broker. */
    @Override
    public void onMessage(Message<T> message) throws InterruptedException, ExecutionException {
        handle(message).toCompletableFuture().get();
    }
}
