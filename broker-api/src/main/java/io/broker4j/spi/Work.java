package io.broker4j.spi;

/**
 * Work for a {@link Dispatcher}'s workers: it is added when there is something to do, and a worker then sweeps it. It
 * counts as quick while its last sweeps were short, and quick work does not wait behind other work.
 */
abstract class Work {
    /** A look falls into every second or third sweep of 0.4 ms, and hardly ever misses eight of them in a row. */
    private static final int SHORT_SWEEPS = 8;

    /** Sweeps since the last long one, approximately: two threads may sweep at once. */
    private int shortSweeps;

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
        return shortSweeps >= SHORT_SWEEPS;
    }

    /** Records a sweep, which is short if the watch did not look meanwhile. */
    final void swept(boolean isShort) {
        if (!isShort) {
            shortSweeps = 0;
        } else if (shortSweeps < SHORT_SWEEPS) {
            shortSweeps++;
        }
    }
}
