package io.broker4j.engine;

/** What a step of a {@link Loop} is for. */
enum Purpose {
    /** The step asks for nothing. */
    NONE,
    READ,
    CREATE,
    ACKNOWLEDGE,
    RENEW,
    BURY,
    GIVE_BACK,
    LOOK,
    RECOVER,
    TAKE_OVER,
    RETRY,
    CLAIM;

    /**
     * Whether a success for this purpose ends the failures for another. Success for an unrelated
     * purpose shows nothing: a medium may refuse one request permanently and answer the rest. A
     * claim comes last, when all other requests are done, so it settles them all. Only a failed
     * look waits for the next tick, so a claim does not settle it.
     */
    boolean settles(Purpose failed) {
        return this == failed || this == CLAIM && failed != LOOK;
    }
}
