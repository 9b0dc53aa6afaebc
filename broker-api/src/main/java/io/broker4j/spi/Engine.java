package io.broker4j.spi;

import io.broker4j.Broker;

/** Makes a broker of a transport. */
public final class Engine {
    private Engine() {}

    /** A broker over a transport, which it starts, and closes when it is closed. */
    public static Broker open(Transport transport, Settings settings) {
        throw new AssertionError(transport + " " + settings);
    }
}
