package io.broker4j.spi;

import io.broker4j.Position;

/** Whoever reads a log, and is told when that may be worth it. Calls neither block nor throw, and may come under locks. */
interface Hearer {

    /** The log has grown, up to this position at least. */
    void hinted(Position last);

    /** Hints may have been lost. */
    void renewed();

    /** The medium answers, perhaps again. */
    void reachable();

    /** Half of the time has passed after which to read without having heard anything. */
    void ticked();
}
