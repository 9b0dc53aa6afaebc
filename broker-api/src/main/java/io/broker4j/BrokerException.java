package io.broker4j;

/** A request to a broker failed. The message says which request, why, and what to do about it. */
public class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception with a message.
     *
     * @param message what failed, why, and what to do about it
     */
    public BrokerException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a message and a cause.
     *
     * @param message what failed, why, and what to do about it
     * @param cause what the medium, the codec or the JDK threw
     */
    public BrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
