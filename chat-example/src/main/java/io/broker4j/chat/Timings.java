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
 */
record Timings(
        Duration handshake,
        Duration hello,
        Duration ping,
        Duration pong,
        Duration closing,
        Duration slowReader,
        Duration refusals,
        Duration farewell) {

    static final Timings DEFAULTS = new Timings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(25),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(3));

    Timings withHandshake(Duration value) {
        return new Timings(value, hello, ping, pong, closing, slowReader, refusals, farewell);
    }

    Timings withHello(Duration value) {
        return new Timings(handshake, value, ping, pong, closing, slowReader, refusals, farewell);
    }

    Timings withPing(Duration value) {
        return new Timings(handshake, hello, value, pong, closing, slowReader, refusals, farewell);
    }

    Timings withPong(Duration value) {
        return new Timings(handshake, hello, ping, value, closing, slowReader, refusals, farewell);
    }

    Timings withClosing(Duration value) {
        return new Timings(handshake, hello, ping, pong, value, slowReader, refusals, farewell);
    }

    Timings withSlowReader(Duration value) {
        return new Timings(handshake, hello, ping, pong, closing, value, refusals, farewell);
    }

    Timings withFarewell(Duration value) {
        return new Timings(handshake, hello, ping, pong, closing, slowReader, refusals, value);
    }
}
