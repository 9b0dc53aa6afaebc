package io.broker4j.redis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends only a few costly requests at a time, so that the server can answer other requests in between. Further requests
 * wait in the order of their arrival. Safe for use from any thread.
 */
final class FewAtATime {
    private final int most;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int running;
    private boolean starting;

    FewAtATime(int most) {
        this.most = most;
    }

    /** Sends a request now, or when earlier requests are done. */
    <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request) {
        CompletableFuture<T> result = new CompletableFuture<>();
        synchronized (this) {
            waiting.add(() -> Attempts.begin(request).whenComplete((answer, failure) -> {
                done();
                Attempts.settle(result, answer, failure);
            }));
        }
        start();
        return result;
    }

    private void done() {
        synchronized (this) {
            running--;
        }
        start();
    }

    /** A request that fails at once returns to the loop below; it does not start the next one itself. */
    private void start() {
        for (Runnable next = next(true); next != null; next = next(false)) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable next(boolean begins) {
        if (begins && starting) {
            return null;
        }
        starting = running < most && !waiting.isEmpty();
        running += starting ? 1 : 0;
        return starting ? waiting.remove() : null;
    }
}
