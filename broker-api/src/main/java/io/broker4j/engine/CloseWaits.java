package io.broker4j.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a thread that closes something may wait for the end of closing. The thread may
 * not wait if the end depends on this thread: because it delivers or completes futures, because it
 * runs a call for the mailbox or broker that it closes, or because calls wait for each other in a
 * circle. Covers all brokers of this process, since a handler of one broker may close another.
 */
final class CloseWaits {
    /** One test for each open broker: whether the calling thread is one that the broker needs. */
    private static final Set<BooleanSupplier> NEEDED_THREADS = ConcurrentHashMap.newKeySet();

    /** Waits of threads that are in a call. */
    @GuardedBy("CloseWaits.class")
    private static final List<Wait> WAITS = new ArrayList<>();

    /** A thread's innermost call, and the mailbox or broker that the thread waits for. */
    private record Wait(UserCall caller, Object target) {}

    private CloseWaits() {}

    static void opened(BooleanSupplier onNeededThread) {
        NEEDED_THREADS.add(onNeededThread);
    }

    static void closed(BooleanSupplier onNeededThread) {
        NEEDED_THREADS.remove(onNeededThread);
    }

    /**
     * Runs {@code waiting} if the calling thread may wait for the target: a mailbox, or the events
     * of a broker.
     *
     * @return whether it has waited
     */
    static boolean run(Object target, Runnable waiting) {
        if (DeferredCalls.isHeld() || NEEDED_THREADS.stream().anyMatch(BooleanSupplier::getAsBoolean)) {
            return false;
        }
        UserCall caller = UserCall.current();
        if (caller == null) {
            waiting.run();
            return true;
        }
        Wait wait = begin(caller, target);
        if (wait == null) {
            return false;
        }
        try {
            waiting.run();
        } finally {
            end(wait);
        }
        return true;
    }

    private static synchronized @Nullable Wait begin(UserCall caller, Object target) {
        if (caller.isDecoding() || closesCircle(caller, target)) {
            return null;
        }
        Wait wait = new Wait(caller, target);
        WAITS.add(wait);
        return wait;
    }

    private static synchronized void end(Wait wait) {
        WAITS.remove(wait);
    }

    /** Follows the waits from the target: true if a thread that the target needs waits for a call of the caller. */
    @GuardedBy("CloseWaits.class")
    private static boolean closesCircle(UserCall caller, Object target) {
        Set<Object> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        reached.add(target);
        boolean further = true;
        while (further) {
            further = false;
            for (Wait wait : WAITS) {
                further |= reached.stream().anyMatch(wait.caller::isFor) && reached.add(wait.target);
            }
        }
        return reached.stream().anyMatch(caller::isFor);
    }
}
