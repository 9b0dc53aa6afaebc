package io.broker4j;

/** The broker is closed. */
public final class ClosedException extends BrokerException {
    private static final long serialVersionUID = 1;

    /** With a message. */
    public ClosedException(String message) {
        super(message);
    }
}
