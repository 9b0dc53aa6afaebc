package io.broker4j.redis;

import io.broker4j.BrokerEvent;
import io.broker4j.spi.Receiver;
import java.util.HashSet;
import java.util.Set;

/**
 * Combines the states of three links into one: connected while all links in use are up. Confined to
 * the thread of {@link Tasks}.
 */
final class Connectivity {
    private enum State {
        NEW,
        UP,
        DOWN
    }

    private final String medium;
    private final Receiver receiver;
    private final Set<String> missing = new HashSet<>();
    private State state = State.NEW;

    Connectivity(String medium, Receiver receiver) {
        this.medium = medium;
        this.receiver = receiver;
    }

    void up(String link) {
        missing.remove(link);
        if (missing.isEmpty() && state != State.UP) {
            state = State.UP;
            receiver.event(new BrokerEvent.Connected(medium));
        }
    }

    void down(String link, String reason) {
        missing.add(link);
        if (state != State.DOWN) {
            state = State.DOWN;
            receiver.event(new BrokerEvent.Disconnected(medium, link + " connection: " + reason));
        }
    }
}
