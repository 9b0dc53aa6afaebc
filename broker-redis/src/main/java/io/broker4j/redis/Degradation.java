package io.broker4j.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.BrokerEvent;
import io.broker4j.spi.Receiver;
import java.util.HashSet;
import java.util.Set;

/**
 * Combines all problems that can exist while the links are up into one state: degraded while there
 * is any problem. Safe for use from any thread. Emits events with its lock held, so that they are
 * in order.
 */
final class Degradation {
    private final Receiver receiver;

    @GuardedBy("this")
    private final Set<String> amiss = new HashSet<>();

    Degradation(Receiver receiver) {
        this.receiver = receiver;
    }

    synchronized void begin(String what, String reason) {
        if (amiss.add(what)) {
            receiver.event(new BrokerEvent.Degraded(reason));
        }
    }

    synchronized void end(String what) {
        if (amiss.remove(what) && amiss.isEmpty()) {
            receiver.event(new BrokerEvent.Restored());
        }
    }
}
