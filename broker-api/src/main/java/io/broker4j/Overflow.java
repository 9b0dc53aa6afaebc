package io.broker4j;

/** What a full mailbox gives up. Either way it is counted and announced by a gap (D5); nothing ever blocks a publisher. */
public enum Overflow {
    /** The oldest waiting messages, so that what is delivered is recent. */
    DROP_OLDEST,
    /** The arriving message, so that what is delivered is contiguous for longer. */
    DROP_NEWEST
}
