package io.broker4j.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts the commands on a subscribe link that wait for their answers, and closes a link that answers none of them in
 * time. Safe for use from any thread; it takes no other lock.
 */
final class UnderWay {
    private static final int MOST = ConnectionSettings.MOST_SUBSCRIBES;
    private static final Duration LIMIT = ConnectionSettings.COMMAND_TIMEOUT;

    private final Tasks tasks;

    @GuardedBy("this")
    private @Nullable SubscribeLink link;

    @GuardedBy("this")
    private int commands;

    /** When the last answer came, or the first command was sent. */
    @GuardedBy("this")
    private long progressAt;

    @GuardedBy("this")
    private boolean watching;

    UnderWay(Tasks tasks) {
        this.tasks = tasks;
    }

    /** Forgets the commands of the last link. */
    synchronized void startOver(@Nullable SubscribeLink next) {
        link = next;
        commands = 0;
    }

    synchronized boolean isFull() {
        return commands >= MOST;
    }

    /** Whether so few are left that more should be sent. */
    synchronized boolean isLow() {
        return commands <= MOST / 2;
    }

    synchronized boolean isEmpty() {
        return commands == 0;
    }

    /** A command is about to be sent. */
    synchronized void begin() {
        if (commands++ == 0) {
            progressAt = System.nanoTime();
        }
        watchLater(LIMIT);
    }

    /** An answer has come; {@code ended} tells whether it was the answer to one of the commands. */
    synchronized void progress(boolean ended) {
        progressAt = System.nanoTime();
        commands -= ended ? 1 : 0;
    }

    @GuardedBy("this")
    private void watchLater(Duration delay) {
        SubscribeLink watched = link;
        if (!watching && commands > 0 && watched != null) {
            watching = true;
            watched.judgeLater(this::watch, delay, tasks);
        }
    }

    private void watch() {
        SubscribeLink mute = mute();
        if (mute != null) {
            mute.close("no answer to a subscription within " + LIMIT.toSeconds() + " s");
        }
    }

    /** The link if it is mute; if it is not, it is watched further. */
    private synchronized @Nullable SubscribeLink mute() {
        watching = false;
        Duration left = LIMIT.minusNanos(System.nanoTime() - progressAt);
        if (commands > 0 && left.isNegative()) {
            return link;
        }
        watchLater(left);
        return null;
    }
}
