package io.broker4j.redis;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one link open: when the link is closed for any reason, the next is opened. The pauses
 * between attempts grow; a sign that the server answers cuts a pause short. There is never more
 * than one link, and the next is opened only after the end of the last one has been handled.
 * Everything happens on the thread of {@link Tasks}, including the calls of {@link Owner}.
 */
final class LinkKeeper<L extends Link> {
    /** A link that was open for less than this counts as a failed attempt. */
    private static final Duration HELD = Duration.ofSeconds(1);

    /** How soon after a sign of life the next attempt is made. */
    private static final long SOONEST_MILLIS = 100;

    private static final long SOON_MILLIS = 500;

    /** How many attempts in a row traffic of other links may hasten: a server may refuse new connections for long. */
    private static final int MAX_HASTENED = 5;

    /** Learns what happens to the link. */
    interface Owner<L> {
        void linkUp(L link);

        /** The link was closed, or could not be opened. */
        void linkDown(String reason);
    }

    private final Supplier<CompletableFuture<L>> opener;
    private final Owner<L> owner;
    private final Tasks tasks;
    private final RandomGenerator random;
    private final ReconnectPauses backoff;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private boolean started;
    private boolean stopped;
    private boolean opening;
    private Runnable onUp = () -> {};
    private Runnable onHeard = () -> {};

    /** The current pause, if any. A sign of life or its own timer ends it; each pause is a different object. */
    private @Nullable Object pause;

    /** Whether the last attempt made no link, and no sign of life has come since. */
    private volatile boolean unreachable;

    /** Whether, moreover, nothing answered that attempt, and traffic of other links may hasten the next one. */
    private volatile boolean unanswered;

    /** Attempts that failed since the last link. */
    private int failures;

    private @Nullable L current;
    private long openedAt;

    LinkKeeper(Supplier<CompletableFuture<L>> opener, Owner<L> owner, Tasks tasks) {
        this(opener, owner, tasks, new SplittableRandom());
    }

    LinkKeeper(Supplier<CompletableFuture<L>> opener, Owner<L> owner, Tasks tasks, RandomGenerator random) {
        this.opener = opener;
        this.owner = owner;
        this.tasks = tasks;
        this.random = random;
        this.backoff = new ReconnectPauses(random);
    }

    /** Sets an action that runs for each new link. */
    void onUp(Runnable action) {
        onUp = action;
    }

    /** Sets an action that runs on the link's I/O thread whenever something has arrived. */
    void onHeard(Runnable action) {
        onHeard = action;
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

    /** Begins with an open link; completes when the owner knows the link. */
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
        Attempts.begin(opener)
                .whenComplete((link, failure) -> tasks.run(() -> {
                    opening = false;
                    if (link != null) {
                        opened(link);
                    } else {
                        unreachable = true;
                        failures++;
                        unanswered = failures <= MAX_HASTENED && ConnectFailure.isUnanswered(failure);
                        again(String.valueOf(failure.getMessage()));
                    }
                }));
    }

    private void opened(L link) {
        current = link;
        unreachable = false;
        unanswered = false;
        failures = 0;
        openedAt = System.nanoTime();
        if (stopped) {
            link.close("the broker was closed");
        } else {
            link.onHeard(onHeard);
            owner.linkUp(link);
            onUp.run();
            new SilenceCheck(link, tasks).start();
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
            Object begun = new Object();
            pause = begun;
            tasks.runLater(() -> endPause(begun), backoff.next());
        }
    }

    private void endPause(Object begun) {
        if (pause == begun) {
            pause = null;
            open();
        }
    }

    /** Tries again soon, because another link was made. A link that did not hold still waits out its pause. */
    void hasten() {
        unanswered = false;
        if (unreachable) {
            unreachable = false;
            tasks.run(this::endPauseSoon);
        }
    }

    /**
     * Tries again soon if nothing answered the last attempt, because the server is heard on another link. It is no news
     * that a server answers that refused the last attempt. Any thread may call it, and often.
     */
    void heard() {
        if (unanswered) {
            hasten();
        }
    }

    private void endPauseSoon() {
        Object begun = pause;
        if (begun != null) {
            tasks.runLater(() -> endPause(begun), Duration.ofMillis(random.nextLong(SOONEST_MILLIS, SOON_MILLIS)));
        }
    }

    /** Ends the link and everything it may still carry; the next one is opened. */
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
