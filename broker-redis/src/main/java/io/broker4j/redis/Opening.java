package io.broker4j.redis;

import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
    private static final Duration HEAD_START = ConnectionSettings.CONNECT_TIMEOUT.dividedBy(4);

    private final Supplier<CompletableFuture<L>> attempt;
    private final Addresses addresses;
    private final Executor executor;
    private final CompletableFuture<L> opened = new CompletableFuture<>();

    private int begun;

    private int failed;

    private @Nullable Throwable failure;

    Opening(Supplier<CompletableFuture<L>> attempt, Addresses addresses, Executor executor) {
        this.attempt = attempt;
        this.addresses = addresses;
        this.executor = executor;
    }

    /** Fails with the most informative failure of all attempts. */
    CompletableFuture<L> start() {
        tryNext();
        return opened;
    }

    private void tryNext() {
        synchronized (this) {
            if (begun > 0 && begun >= addresses.count()) {
                return;
            }
            begun++;
        }
        int turn = addresses.turn();
        CompletableFuture<L> tried = attempt.get();
        tried.whenComplete((link, defect) -> {
            if (defect == null) {
                made(link);
            } else {
                failed(turn, defect);
            }
        });
        new CompletableFuture<Void>()
                .completeOnTimeout(null, HEAD_START.toMillis(), TimeUnit.MILLISECONDS)
                .thenRunAsync(() -> silent(tried, turn), executor);
    }

    private void made(L link) {
        if (!opened.complete(link)) {
            link.close("another address was faster");
        }
    }

    private void silent(CompletableFuture<L> tried, int turn) {
        if (!opened.isDone() && !tried.isDone()) {
            addresses.failed(turn);
            tryNext();
        }
    }

    private void failed(int turn, Throwable defect) {
        addresses.failed(turn);
        synchronized (this) {
            failed++;
            failure = failure == null || isUnreachable(failure) ? defect : failure;
        }
        if (!opened.isDone()) {
            tryNext();
        }
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
