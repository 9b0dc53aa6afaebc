package io.broker4j;

/** A publish failed; {@link #outcome} says whether anybody may have received the message (P3). */
public final class PublishException extends BrokerException {
    private static final long serialVersionUID = 1;

    /** What is known about a failed publish. */
    public enum Outcome {
        /** Refused before it reached the medium: nobody receives it. Publish again when the cause is gone. */
        NOT_SENT,
        /** The medium answered with an error: nobody receives it. */
        REJECTED,
        /**
         * Handed to the connection, but not answered by the medium: it may or may not be received.
         */
        UNKNOWN
    }

    /** Whether anybody may have received the message; never null. */
    private final Outcome outcome;

    /**
     * Creates an exception with a message.
     *
     * @param outcome whether anybody may have received the message
     * @param message why it failed, and what to do about it
     */
    public PublishException(Outcome outcome, String message) {
        super(outcome + ", " + message);
        this.outcome = outcome;
    }

    /**
     * Creates an exception with a message and a cause.
     *
     * @param outcome whether anybody may have received the message
     * @param message why it failed, and what to do about it
     * @param cause what the codec or the medium threw
     */
    public PublishException(Outcome outcome, String message, Throwable cause) {
        super(outcome + ", " + message, cause);
        this.outcome = outcome;
    }

    /** {@return whether anybody may have received the message} */
    public Outcome outcome() {
        return outcome;
    }
}
