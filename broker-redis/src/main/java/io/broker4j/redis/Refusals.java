package io.broker4j.redis;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The channels that the server has refused. They are retried together, after growing pauses, until none is left. The
 * broker is degraded from the first refusal that affects a subscription until none is left. Guarded by the lock of
 * {@link WantedChannels}.
 */
final class Refusals {
    private final Tasks tasks;
    private final Set<ChannelState> refused = new LinkedHashSet<>();
    private final ReconnectPauses backoff = new ReconnectPauses(new SplittableRandom());
    private boolean retrying;
    private boolean degraded;

    Refusals(Tasks tasks) {
        this.tasks = tasks;
    }

    /** Adds a refusal; true if the broker is degraded from now on. */
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

    /** Runs {@code retry} after a pause, unless such a pause is in progress. */
    void retryLater(Runnable retry) {
        if (!retrying) {
            retrying = true;
            tasks.runLater(retry, backoff.next());
        }
    }

    /** Begins to retry; returns the refused channels. */
    List<ChannelState> beginRetry() {
        retrying = false;
        return List.copyOf(refused);
    }

    boolean isDegraded() {
        return degraded;
    }

    /** Ends the degradation if no refusal is left; true if it ended. */
    boolean endDegradation() {
        boolean restored = degraded && refused.isEmpty();
        degraded &= !restored;
        return restored;
    }
}
