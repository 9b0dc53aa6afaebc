package io.broker4j;

/** A broker could not do what it was asked. The message says what, why, and what to do about it. */
public class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message. */
    public BrokerException(String message) {
        super(message);
    }

    /** With a message and its cause. */
    public BrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
