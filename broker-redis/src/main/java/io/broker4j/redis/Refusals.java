package io.broker4j.redis;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The channels that the server has refused. They are tried again together, after longer and longer pauses, until none is left;
 * from the first that somebody misses until then it is degraded. Guarded by the lock of {@link Subscriptions}.
 */
final class Refusals {
    private final Tasks tasks;
    private final Set<ChannelState> refused = new LinkedHashSet<>();
    private final Backoff backoff = new Backoff(new SplittableRandom());
    private boolean retrying;
    private boolean degraded;

    Refusals(Tasks tasks) {
        this.tasks = tasks;
    }

    /** Whether it is degraded from now on. */
    boolean add(ChannelState channel, boolean missed) {
        if (refused.isEmpty()) {
            backoff.reset();
        }
        refused.add(channel);
        boolean worse = missed && !degraded;
        degraded |= missed;
        return worse;
    }

    void remove(ChannelState channel) {
        refused.remove(channel);
    }

    /** Runs what will {@link #retry}, after a pause, unless that is under way. */
    void retryLater(Runnable retry) {
        if (!retrying) {
            retrying = true;
            tasks.runLater(retry, backoff.next());
        }
    }

    void retry(Consumer<ChannelState> action) {
        retrying = false;
        refused.forEach(action);
    }

    boolean isDegraded() {
        return degraded;
    }

    /** Whether it was degraded until now, and none is left. */
    boolean endDegradation() {
        boolean restored = degraded && refused.isEmpty();
        degraded &= !restored;
        return restored;
    }
}
