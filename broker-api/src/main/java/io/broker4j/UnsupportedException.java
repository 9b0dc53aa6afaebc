package io.broker4j;

/** This broker or medium cannot do what was asked, now or later; the message names it. */
public final class UnsupportedException extends BrokerException {
    private static final long serialVersionUID = 1;

    /**
     * With a message.
     *
     * @param message what is not supported, and what to use instead
     */
    public UnsupportedException(String message) {
        super(message);
    }
}
