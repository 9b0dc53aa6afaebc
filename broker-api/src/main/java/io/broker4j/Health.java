package io.broker4j;

/**
 * What is known about the two halves of a broker's work, publishing and receiving (C3).
 *
 * @param publishing whether the medium takes messages
 * @param receiving whether subscriptions receive; {@link Status#UNVERIFIED} while nothing proves it
 * @param detail one line for people: why it is not up; empty if there is nothing to say
 */
public record Health(Status publishing, Status receiving, String detail) {

    /** State of one half. */
    public enum Status {
        /** Works, as last checked. */
        UP,
        /** Does not work. */
        DOWN,
        /** No failure is known, but nothing proves that it works. */
        UNVERIFIED
    }

    /** {@return whether neither half is down; what is unverified counts as up} */
    public boolean isUp() {
        return publishing != Status.DOWN && receiving != Status.DOWN;
    }
}
