package io.broker4j;

/**
 * This broker or medium does not support what was asked; the message names it. A retry fails too.
 */
public final class UnsupportedException extends BrokerException {
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception with a message.
     *
     * @param message what is not supported, and what to use instead
     */
    public UnsupportedException(String message) {
        super(message);
    }
}
