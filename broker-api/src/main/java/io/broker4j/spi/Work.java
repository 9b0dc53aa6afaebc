package io.broker4j.spi;

/** What the workers of a {@link Dispatcher} do: it is added when there is something to do, and swept then. */
interface Work {
    /** Does what waits, until nothing does or the turn is over. What comes later adds this again. */
    void sweep(Turn turn);

    /** Has this swept if there may be something to do. */
    void wake();

    /** How many further workers would find something to do here. */
    int unattended();
}
