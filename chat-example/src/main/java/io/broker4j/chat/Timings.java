package io.broker4j.chat;

import java.time.Duration;

/**
 * Every duration the server waits for something.
 *
 * @param handshake from accepting a connection, or from its last response, to the next complete request
 * @param hello from the upgrade to the client's {@code hello}
 * @param ping longest time between two pings; each is sent up to a fifth earlier
 * @param pong from a ping to any sign of life
 * @param closing from our close frame to cutting the socket
 * @param slowReader how long a client may leave more than a little unread
 * @param refusals the window in which refusals are counted
 * @param farewell over which the clients of a stopping server are spread
 * @param resend how long a message that is sent again counts as the first one
 * @param idleRoom after how long without a message a room's history is forgotten
 */
record Timings(
        Duration handshake,
        Duration hello,
        Duration ping,
        Duration pong,
        Duration closing,
        Duration slowReader,
        Duration refusals,
        Duration farewell,
        Duration resend,
        Duration idleRoom) {

    static final Timings DEFAULTS = new Timings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(25),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            Duration.ofMinutes(10),
            Duration.ofDays(30));

    Timings withHandshake(Duration value) {
        return new Timings(value, hello, ping, pong, closing, slowReader, refusals, farewell, resend, idleRoom);
    }

    Timings withHello(Duration value) {
        return new Timings(handshake, value, ping, pong, closing, slowReader, refusals, farewell, resend, idleRoom);
    }

    Timings withPing(Duration value) {
        return new Timings(handshake, hello, value, pong, closing, slowReader, refusals, farewell, resend, idleRoom);
    }

    Timings withPong(Duration value) {
        return new Timings(handshake, hello, ping, value, closing, slowReader, refusals, farewell, resend, idleRoom);
    }

    Timings withClosing(Duration value) {
        return new Timings(handshake, hello, ping, pong, value, slowReader, refusals, farewell, resend, idleRoom);
    }

    Timings withSlowReader(Duration value) {
        return new Timings(handshake, hello, ping, pong, closing, value, refusals, farewell, resend, idleRoom);
    }

    Timings withFarewell(Duration value) {
        return new Timings(handshake, hello, ping, pong, closing, slowReader, refusals, value, resend, idleRoom);
    }

    Timings withResend(Duration value) {
        return new Timings(handshake, hello, ping, pong, closing, slowReader, refusals, farewell, value, idleRoom);
    }

    Timings withIdleRoom(Duration value) {
        return new Timings(handshake, hello, ping, pong, closing, slowReader, refusals, farewell, resend, value);
    }
}
