package io.broker4j.engine;

import io.broker4j.Health;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The subscriptions whose executor does not run their handlers in time. */
final class LateExecutors {
    static final String DETAIL =
            "a subscription's executor has not run its handler for 5 s: is it full, blocked or shut down?";

    private final Set<ExecutorScheduler> late = ConcurrentHashMap.newKeySet();

    /** Adds a late scheduler; false if it was late already. */
    boolean add(ExecutorScheduler scheduler) {
        return late.add(scheduler);
    }

    /** Removes a scheduler; false if it was not late. */
    boolean remove(ExecutorScheduler scheduler) {
        return late.remove(scheduler);
    }

    /** The medium's health, lowered if the executor of an open subscription is late. */
    Health over(Health medium) {
        return late.stream().allMatch(ExecutorScheduler::isClosed)
                ? medium
                : new Health(
                        medium.publishing(),
                        Health.Status.DOWN,
                        medium.detail().isEmpty() ? DETAIL : medium.detail() + "; " + DETAIL);
    }
}
