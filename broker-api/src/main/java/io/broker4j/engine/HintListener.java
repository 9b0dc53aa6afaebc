package io.broker4j.engine;

import io.broker4j.Position;

/**
 * A log reader that learns when its log may have grown. Its methods neither block nor throw, and
 * may be called under locks.
 */
interface HintListener {

    /**
     * The log has grown.
     *
     * @param last at least up to this position
     * @param number of this hint, larger than the numbers of all hints to this topic that were
     *     received before
     */
    void hinted(Position last, long number);

    /** Hints may have been lost. */
    void renewed();

    /** The medium answers, perhaps after an interruption. */
    void reachable();

    /** One tick: a reader that took no step between two ticks reads without a hint. */
    void ticked();
}
