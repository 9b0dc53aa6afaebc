package io.broker4j.inmemory;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The turns of topics. A turn is a lock under which the frames of a topic are delivered, so all
 * brokers see them in one order. Topics share 32 locks.
 */
final class Turns {
    private static final int STRIPES = 32;

    private final ReentrantLock[] stripes =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(ReentrantLock[]::new);

    /** The lock of a topic's turn. */
    ReentrantLock of(String topic) {
        return stripes[(topic.hashCode() & Integer.MAX_VALUE) % STRIPES];
    }

    /** Runs an action in the turn of a topic. */
    <T> T inTurn(String topic, Supplier<T> action) {
        ReentrantLock turn = of(topic);
        turn.lock();
        try {
            return action.get();
        } finally {
            turn.unlock();
        }
    }

    /** Runs an action while no frame is being delivered. */
    void atRest(Runnable action) {
        for (ReentrantLock stripe : stripes) {
            stripe.lock();
        }
        try {
            action.run();
        } finally {
            for (ReentrantLock stripe : stripes) {
                stripe.unlock();
            }
        }
    }
}
