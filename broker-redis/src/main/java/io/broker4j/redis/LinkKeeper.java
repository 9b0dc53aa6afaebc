package io.broker4j.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one link open, for ever: when it is closed, for whatever reason, the next is opened, with growing pauses. There is
 * never more than one, and the next is not opened before the last one's end has been handled. Everything happens on the
 * thread of {@link Tasks}, the calls of {@link Owner} included.
 */
final class LinkKeeper<L extends Link> {
    /** A link that held for less counts as a failed attempt. */
    private static final Duration HELD = Duration.ofSeconds(1);

    /** Told about the link. */
    interface Owner<L> {
        void linkUp(L link);

        /** The link was closed, or could not be opened. */
        void linkDown(String reason);
    }

    private final Supplier<CompletableFuture<L>> opener;
    private final Owner<L> owner;
    private final Tasks tasks;
    private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private boolean started;
    private boolean stopped;
    private boolean opening;
    private @Nullable L current;
    private long openedAt;

    LinkKeeper(Supplier<CompletableFuture<L>> opener, Owner<L> owner, Tasks tasks) {
        this.opener = opener;
        this.owner = owner;
        this.tasks = tasks;
    }

    /** Begins, unless it has begun. */
    void start() {
        tasks.run(() -> {
            if (!started) {
                started = true;
                open();
            }
        });
    }

    /** Begins with a link that is open already; completes when its owner knows of it. */
    CompletableFuture<Void> start(L link) {
        CompletableFuture<Void> known = new CompletableFuture<>();
        tasks.run(() -> {
            started = true;
            opened(link);
            known.complete(null);
        });
        return known;
    }

    private void open() {
        if (stopped) {
            return;
        }
        opening = true;
        opener.get()
                .whenComplete((link, failure) -> tasks.run(() -> {
                    opening = false;
                    if (link != null) {
                        opened(link);
                    } else {
                        again(String.valueOf(failure.getMessage()));
                    }
                }));
    }

    private void opened(L link) {
        current = link;
        openedAt = System.nanoTime();
        if (stopped) {
            link.close("the broker was closed");
        } else {
            owner.linkUp(link);
            new Heartbeat(link, tasks).start();
        }
        link.onClosed(reason -> tasks.run(() -> closed(reason)));
    }

    private void closed(String reason) {
        current = null;
        if (System.nanoTime() - openedAt > HELD.toNanos()) {
            backoff.reset();
        }
        again(reason);
    }

    private void again(String reason) {
        if (stopped) {
            ended.complete(null);
        } else {
            owner.linkDown(reason);
            tasks.runLater(this::open, backoff.next());
        }
    }

    /** Ends the link, and with it all that it may still carry; the next is opened. */
    void renew(String why) {
        tasks.run(() -> {
            if (current != null) {
                current.abort(why);
            }
        });
    }

    /** Closes the link and opens no other; completes when there is none left. */
    CompletableFuture<Void> stop() {
        tasks.run(() -> {
            stopped = true;
            if (current != null) {
                current.close("the broker was closed");
            } else if (!opening) {
                ended.complete(null);
            }
        });
        return ended;
    }
}
