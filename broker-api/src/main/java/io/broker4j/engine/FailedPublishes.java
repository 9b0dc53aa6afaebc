package io.broker4j.engine;

import io.broker4j.BrokerEvent.PublishFailed;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts failed publishes and reports them (P9): the first at once, all later ones once per second. Safe for use from
 * any thread, under any lock.
 */
final class FailedPublishes {
    private static final long PAUSE_MILLIS = 1_000;

    private final Events events;
    private final Machine machine;
    private final LongAdder[] counts =
            Stream.generate(LongAdder::new).limit(Outcome.values().length).toArray(LongAdder[]::new);

    /** The newest failure that was not reported, with the number of other unreported failures. */
    private final AtomicReference<@Nullable PublishFailed> untold = new AtomicReference<>();

    /** Whether the timer will report {@link #untold}. */
    private final AtomicBoolean pausing = new AtomicBoolean();

    FailedPublishes(Events events, Machine machine) {
        this.events = events;
        this.machine = machine;
    }

    void add(String topic, PublishException failure) {
        counts[failure.outcome().ordinal()].increment();
        untold.updateAndGet(before -> new PublishFailed(topic, failure, before == null ? 0 : before.more() + 1));
        tellUnlessPausing();
    }

    long count(Outcome outcome) {
        return counts[outcome.ordinal()].sum();
    }

    private void tellUnlessPausing() {
        if (!pausing.get() && pausing.compareAndSet(false, true)) {
            tellLast();
            try {
                machine.timer().schedule(this::endPause, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException brokerClosed) {
                return; // tellLast() reports the rest
            }
        }
    }

    private void endPause() {
        pausing.set(false);
        if (untold.get() != null) {
            tellUnlessPausing();
        }
    }

    /** Reports {@link #untold}. */
    void tellLast() {
        PublishFailed last = untold.getAndSet(null);
        if (last != null) {
            events.emit(last);
        }
    }
}
