package io.broker4j;

/** The broker is closed. */
public final class ClosedException extends BrokerException {
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception with a message.
     *
     * @param message what is closed, and what was requested
     */
    public ClosedException(String message) {
        super(message);
    }
}
