package io.broker4j.engine;

/**
 * Work for a {@link Dispatcher}'s workers: it is added when there is something to do, and a worker then sweeps it. It
 * counts as quick while its last sweeps were short, and quick work does not wait behind other work.
 */
abstract class Work {
    /**
     * A look falls into every second or third sweep of 0.4 ms, and hardly ever misses eight of them in a row. It falls into
     * a sweep of some microseconds too where the thread loses its core meanwhile, so one look does not take away what many
     * short sweeps have shown.
     */
    private static final int SHORT_SWEEPS = 8;

    private static final int MAX_CREDIT = 2 * SHORT_SWEEPS;

    /** Short sweeps, less {@link #SHORT_SWEEPS} for each long one; approximately, since two threads may sweep at once. */
    private int credit;

    /**
     * Does the waiting work until nothing waits or the turn is over. Work that arrives later adds this object again.
     */
    abstract void sweep(Turn turn);

    /** Adds this object to be swept if there may be something to do. */
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
