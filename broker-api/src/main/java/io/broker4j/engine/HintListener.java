package io.broker4j.engine;

import io.broker4j.Position;

/**
 * A log reader that learns when its log may have grown. Its methods neither block nor throw, and
 * may be called under locks.
 */
interface HintListener {

    /** The log has grown, at least up to this position. */
    void hinted(Position last);

    /** Hints may have been lost. */
    void renewed();

    /** The medium answers, perhaps after an interruption. */
    void reachable();

    /** One tick: a reader that took no step between two ticks reads without a hint. */
    void ticked();
}
