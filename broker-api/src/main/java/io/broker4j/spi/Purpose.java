package io.broker4j.spi;

/** What a step of a {@link Loop} is for. */
enum Purpose {
    /** Nothing is asked. */
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
     * Whether its success ends the failures of that. Any other success shows nothing: a medium may lastingly refuse one thing and
     * answer the rest. A claim comes last, when all else is done; only a look waits for the next tick after it has failed.
     */
    boolean settles(Purpose failed) {
        return this == failed || this == CLAIM && failed != LOOK;
    }
}
