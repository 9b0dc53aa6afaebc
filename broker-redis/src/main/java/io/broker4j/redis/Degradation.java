package io.broker4j.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.BrokerEvent;
import io.broker4j.spi.Receiver;
import java.util.HashSet;
import java.util.Set;

/**
 * Makes one state of all that can be amiss although the links are up: degraded while anything is. Safe for use from any
 * thread; tells with its lock held, so that events are in order.
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
