package io.broker4j.redis.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Lets time pass. */
final class Waiting {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Waiting() {}

    /** Whether something became true within a time. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
        }
        return true;
    }

    static void pass(Duration time) {
        until(time, () -> false);
    }
}
