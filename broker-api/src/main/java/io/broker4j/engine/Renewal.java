package io.broker4j.engine;

/** An entry of a {@link Backlog}: the link was renewed, and messages published meanwhile are missing. */
final class Renewal {
    private volatile boolean told;

    /** Whether a reader has announced it. */
    boolean isTold() {
        return told;
    }

    void tell() {
        told = true;
    }
}
