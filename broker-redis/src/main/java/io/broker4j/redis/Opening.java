package io.broker4j.redis;

import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens one link to a name that may have several addresses: tries them in turn until one leads to a master. A silent
 * address does not delay the next attempt for long. The first link that is made is used; later ones are closed.
 */
final class Opening<L extends Link> {
    /**
     * How long an address has to answer before the next one is tried in parallel. Four addresses fit into the time of
     * {@code open}.
     */
    static final Duration HEAD_START = ConnectionSettings.CONNECT_TIMEOUT.dividedBy(4);

    private final Supplier<CompletableFuture<L>> attempt;
    private final Addresses addresses;
    private final Executor executor;
    private final Duration headStart;
    private final CompletableFuture<L> opened = new CompletableFuture<>();

    private int begun;

    private int failed;

    private @Nullable Throwable failure;

    Opening(Supplier<CompletableFuture<L>> attempt, Addresses addresses, Executor executor, Duration headStart) {
        this.attempt = attempt;
        this.addresses = addresses;
        this.executor = executor;
        this.headStart = headStart;
    }

    /** Fails with the most informative failure of all attempts. */
    CompletableFuture<L> start() {
        begun = 1;
        attempt();
        return opened;
    }

    private void attempt() {
        int turn = addresses.turn();
        AtomicBoolean passedOver = new AtomicBoolean();
        Attempts.begin(attempt).whenComplete((link, defect) -> {
            if (defect == null) {
                made(link);
            } else {
                failed(passedOver, turn, defect);
            }
        });
        new CompletableFuture<Void>()
                .completeOnTimeout(null, headStart.toMillis(), TimeUnit.MILLISECONDS)
                .thenRunAsync(() -> passOver(passedOver, turn), executor);
    }

    private void made(L link) {
        if (!opened.complete(link)) {
            link.close("another address was faster");
        }
    }

    /** Tries the next address if there is one: because an attempt has failed, or its head start is over. */
    private void passOver(AtomicBoolean passedOver, int turn) {
        if (isNextBegun(passedOver)) {
            addresses.failed(turn);
            attempt();
        }
    }

    /** Each attempt begins at most one other. While a look-up lasts, no other address is known. */
    private synchronized boolean isNextBegun(AtomicBoolean passedOver) {
        if (opened.isDone() || begun >= addresses.count() || !passedOver.compareAndSet(false, true)) {
            return false;
        }
        begun++;
        return true;
    }

    private void failed(AtomicBoolean passedOver, int turn, Throwable defect) {
        addresses.failed(turn);
        synchronized (this) {
            failed++;
            failure = failure == null || isUnreachable(failure) ? defect : failure;
        }
        passOver(passedOver, turn);
        Throwable last = failureOfAll();
        if (last != null) {
            opened.completeExceptionally(last);
        }
    }

    private synchronized @Nullable Throwable failureOfAll() {
        return failed == begun ? failure : null;
    }

    /** Whether the attempt got no answer; the failure of a server that answered says more. */
    private static boolean isUnreachable(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof ConnectException
                || root instanceof ConnectTimeoutException
                || root instanceof NoRouteToHostException;
    }
}
