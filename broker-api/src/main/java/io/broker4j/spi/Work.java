package io.broker4j.spi;

/** Work for a {@link Dispatcher}'s workers: it is added when there is something to do, and a worker then sweeps it. */
interface Work {
    /**
     * Does the waiting work until nothing waits or the turn is over. Work that arrives later adds this object again.
     */
    void sweep(Turn turn);

    /** Adds this object to be swept if there may be something to do. */
    void wake();

    /** How many further workers would find something to do here. */
    int unattended();
}
