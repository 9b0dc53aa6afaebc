package io.broker4j.chat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Counts connections, in all and per address, and keeps both within bounds. From any thread. */
final class ConnectionCounter {
    enum Verdict {
        WELCOME,
        FULL,
        TOO_MANY_FROM_THERE
    }

    private final int max;
    private final int maxPerAddress;

    @GuardedBy("this")
    private final Map<InetAddress, Integer> byAddress = new HashMap<>();

    @GuardedBy("this")
    private int all;

    ConnectionCounter(int max, int maxPerAddress) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
    }

    /** Counts one more if it is welcome; {@link #leave} must follow then, and only then. */
    synchronized Verdict enter(InetAddress address) {
        if (all >= max) {
            return Verdict.FULL;
        }
        if (byAddress.getOrDefault(address, 0) >= maxPerAddress) {
            return Verdict.TOO_MANY_FROM_THERE;
        }
        byAddress.merge(address, 1, Integer::sum);
        all++;
        return Verdict.WELCOME;
    }

    synchronized void leave(InetAddress address) {
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        all--;
    }

    synchronized int count() {
        return all;
    }
}
