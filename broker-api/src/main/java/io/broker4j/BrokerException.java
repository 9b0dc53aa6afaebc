package io.broker4j;

import org.jspecify.annotations.Nullable;

/** A broker could not do what it was asked. The message says what, why, and what to do about it. */
public class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message. */
    public BrokerException(String message) {
        super(message);
    }

    /** With a message and its cause, if there is one. */
    public BrokerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
