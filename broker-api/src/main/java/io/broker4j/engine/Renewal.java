package io.broker4j.engine;

/** In a {@link Backlog}: the link was renewed, what was published meanwhile is missing. */
final class Renewal {
    private volatile boolean told;

    /** Whether some reader knows of it. */
    boolean isTold() {
        return told;
    }

    void tell() {
        told = true;
    }
}
