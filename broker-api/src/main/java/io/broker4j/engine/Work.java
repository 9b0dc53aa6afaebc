package io.broker4j.engine;

/**
 * Work for a {@link Dispatcher}'s workers: it is added when there is something to do, and a worker then sweeps it. It
 * counts as quick while its last sweeps were short, and quick work does not wait behind other work.
 */
abstract class Work {
    /**
     * A look falls into every second or third sweep of 0.4 ms, and hardly ever misses eight of them
     * in a row. It may also fall into a sweep of a few microseconds, if the thread loses its core
     * during the sweep. Therefore one look does not cancel the result of many short sweeps.
     */
    private static final int SHORT_SWEEPS = 8;

    private static final int MAX_CREDIT = 2 * SHORT_SWEEPS;

    /**
     * Short sweeps, minus {@link #SHORT_SWEEPS} for each long one; approximate, because two threads
     * may sweep at once.
     */
    private int credit;

    /**
     * Does the waiting work until nothing waits or the turn is over. Work that arrives later adds this object again.
     */
    abstract void sweep(Turn turn);

    /** Queues this object for a sweep if there may be something to do. */
    abstract void wake();

    /** How many further workers would find something to do here. */
    abstract int unattended();

    /** False for new work, because nothing is known about it. */
    final boolean isQuick() {
        return credit >= SHORT_SWEEPS;
    }

    /** Records a sweep, which is short if the watch did not look meanwhile. */
    final void swept(boolean isShort) {
        if (!isShort) {
            credit = Math.max(0, credit - SHORT_SWEEPS);
        } else if (credit < MAX_CREDIT) {
            credit++;
        }
    }
}
