package io.broker4j;

/** A message was not, or perhaps not, published; {@link #outcome} says which (P3). */
public final class PublishException extends BrokerException {
    private static final long serialVersionUID = 1;

    /** What is known about a failed publish. */
    public enum Outcome {
        /** Refused before it reached the medium: nobody receives it. Publish again when the cause is gone. */
        NOT_SENT,
        /** The medium answered with an error: nobody receives it. */
        REJECTED,
        /** Handed to the connection, and then no answer: it may or may not have been received. */
        UNKNOWN
    }

    /** Whether anybody may have received the message; never null. */
    private final Outcome outcome;

    /**
     * With a message.
     *
     * @param outcome whether anybody may have received the message
     * @param message why it failed, and what to do about it
     */
    public PublishException(Outcome outcome, String message) {
        super(outcome + ", " + message);
        this.outcome = outcome;
    }

    /**
     * With a message and its cause.
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
