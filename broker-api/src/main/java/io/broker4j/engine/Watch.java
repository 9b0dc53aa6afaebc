package io.broker4j.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Looks at something on the timer, every millisecond while there is work. A look that throws does not end the watch.
 */
final class Watch {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");
    private static final long LOOK_MILLIS = 1;
    /** Looks without work after which the watch ends. */
    private static final int IDLE_LOOKS = 50;

    private final Machine machine;
    private final BooleanSupplier look;
    private final AtomicBoolean watching = new AtomicBoolean();

    private final Tally looks = new Tally();

    /** One look at a time uses it. */
    private int idleLooks;

    /** {@code look} returns whether there is work; one thread at a time calls it. */
    Watch(Machine machine, BooleanSupplier look) {
        this.machine = machine;
        this.look = look;
    }

    /** Begins to watch, because there is work. */
    void begin() {
        if (!watching.get() && watching.compareAndSet(false, true)) {
            idleLooks = 0;
            lookLater();
        }
    }

    /** The looks begun so far. */
    long looks() {
        return looks.get();
    }

    private void lookLater() {
        boolean isScheduled = false;
        try {
            machine.timer().schedule(this::lookAndGoOn, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            isScheduled = true;
        } catch (RejectedExecutionException timerClosed) {
            return;
        } finally {
            if (!isScheduled) {
                watching.set(false); // the next begin tries again
            }
        }
    }

    private void lookAndGoOn() {
        boolean isBusy = true;
        looks.add(1);
        try {
            isBusy = look.getAsBoolean();
        } catch (Throwable unexpected) {
            LOGGER.log(System.Logger.Level.ERROR, "unexpected, please report it", unexpected);
        } finally {
            goOn(isBusy);
        }
    }

    private void goOn(boolean isBusy) {
        idleLooks = isBusy ? 0 : idleLooks + 1;
        if (idleLooks < IDLE_LOOKS) {
            lookLater();
        } else {
            watching.set(false);
            if (look.getAsBoolean()) { // its sender may have seen a watch that was ending
                begin();
            }
        }
    }
}
