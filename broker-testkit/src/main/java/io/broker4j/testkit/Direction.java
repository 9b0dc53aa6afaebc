package io.broker4j.testkit;

import java.util.EnumSet;
import java.util.Set;

/** Which way bytes travel through a {@link TcpProxy}. */
public enum Direction {
    /** From the client to the server: requests. */
    TO_SERVER,
    /** From the server to the client: replies and pushed messages. */
    TO_CLIENT,
    /** Both ways. */
    BOTH;

    Set<Direction> oneWay() {
        return this == BOTH ? EnumSet.of(TO_SERVER, TO_CLIENT) : EnumSet.of(this);
    }
}
