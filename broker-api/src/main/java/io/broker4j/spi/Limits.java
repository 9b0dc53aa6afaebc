package io.broker4j.spi;

/** The fixed bounds of P5 and P6, and of what is remembered about senders. */
final class Limits {
    static final int MAX_PAYLOAD_BYTES = 256 * 1024;
    /** A payload with all the headers there may be. */
    static final int MAX_MESSAGE_BYTES = MAX_PAYLOAD_BYTES + 8 * 1024;

    static final int MAX_IN_FLIGHT = 10_000;
    static final long MAX_IN_FLIGHT_BYTES = 64L << 20;
    /** Topics a broker numbers its messages on, and senders a physical subscription remembers. */
    static final int MAX_REMEMBERED = 65_536;

    private Limits() {}

    static String payloadDefect(int bytes) {
        return "payload of " + bytes + " bytes, at most " + MAX_PAYLOAD_BYTES
                + " are allowed: publish a reference to large data instead (README#limits)";
    }
}
