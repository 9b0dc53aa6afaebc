package io.broker4j.testkit;

import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber for tests: collects messages and gaps in order of arrival and lets a test wait for them.
 *
 * <pre>{@code
 * Inbox<String> inbox = new Inbox<>();
 * broker.subscribe(topic, inbox).join();
 * broker.publisher(topic).publish("hello").join();
 * assertThat(inbox.await(1)).containsExactly("hello");
 * }</pre>
 *
 * <p><b>Nothing more arrives.</b> Do not wait for silence: publish one more message that is easily recognised and
 * {@link #awaitUpTo wait for it}; what came before is then all that came.
 *
 * <pre>{@code
 * publisher.publish("end").join();
 * assertThat(inbox.awaitUpTo("end")).containsExactly("hello", "end");
 * }</pre>
 *
 * <p><b>A handler that is busy or fails.</b> {@link #gated()} makes an inbox whose handler stays in each call until it is
 * let through; {@link #failWhen} makes it throw. Either way the message is collected first, so {@code await(1)} on a gated
 * inbox returns while the handler is busy with that message.
 *
 * <p>Waiting ends after the inbox's patience, 10 s unless constructed with another, with an {@link AssertionError} that
 * shows what did arrive. Safe for use from any thread; one inbox may serve several subscriptions.
 *
 * @param <T> type of the payloads
 */
public final class Inbox<T> implements Subscriber<T> {
    /** How long an inbox waits unless told otherwise: generous, because a test that passes never waits that long. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // all guarded by lock
    private final List<Message<T>> messages = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Object> arrivals = new ArrayList<>();
    private long passes;
    private @Nullable Predicate<? super T> failing;
    private @Nullable Throwable failure;

    /** An inbox that waits 10 s at most. */
    public Inbox() {
        this(PATIENCE);
    }

    /**
     * An inbox that waits {@code patience} at most.
     *
     * @param patience the limit of each wait, not of all together
     */
    public Inbox(Duration patience) {
        this(patience, Long.MAX_VALUE);
    }

    private Inbox(Duration patience, long passes) {
        this.patience = patience;
        this.passes = passes;
    }

    /**
     * An inbox whose handler stays in each call until {@link #pass} or {@link #open} lets it return.
     *
     * @param <T> type of the payloads
     * @return the inbox, shut
     */
    public static <T> Inbox<T> gated() {
        return gated(PATIENCE);
    }

    /**
     * A {@link #gated()} inbox that waits {@code patience} at most. The handler itself waits without limit.
     *
     * @param <T> type of the payloads
     * @param patience the limit of each wait of the test
     * @return the inbox, shut
     */
    public static <T> Inbox<T> gated(Duration patience) {
        return new Inbox<>(patience, 0);
    }

    /**
     * Makes the handler throw an exception or error at the payloads chosen, after collecting them.
     *
     * @param chosen asked under the inbox's lock, so it must not wait; replaces an earlier choice
     * @param thrown the very object that is thrown, each time
     * @return this
     * @throws IllegalArgumentException if {@code thrown} is neither an exception nor an error
     */
    public Inbox<T> failWhen(Predicate<? super T> chosen, Throwable thrown) {
        if (!(thrown instanceof Exception || thrown instanceof Error)) {
            throw new IllegalArgumentException(thrown + " is neither an Exception nor an Error");
        }
        lock.lock();
        try {
            failing = chosen;
            failure = thrown;
        } finally {
            lock.unlock();
        }
        return this;
    }

    /**
     * Lets more handler calls of a gated inbox return: the one that waits now, and later ones.
     *
     * @param calls how many, at least 1; what was let through before and not used still counts
     */
    public void pass(int calls) {
        let(calls);
    }

    /** Lets all handler calls return from now on. */
    public void open() {
        let(Long.MAX_VALUE);
    }

    private void let(long calls) {
        lock.lock();
        try {
            passes = calls == Long.MAX_VALUE ? calls : passes + calls;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Collects the message; then waits if gated, and throws if told to. */
    @Override
    public void onMessage(Message<T> message) throws Exception {
        lock.lock();
        try {
            messages.add(message);
            arrivals.add(message.payload());
            changed.signalAll();
            while (passes == 0) {
                changed.await();
            }
            passes -= passes == Long.MAX_VALUE ? 0 : 1;
            if (failing != null && failing.test(message.payload())) {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (Exception) failure;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Collects the gap. */
    @Override
    public void onGap(Gap gap) {
        lock.lock();
        try {
            gaps.add(gap);
            arrivals.add(gap);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until {@code count} messages have arrived since the beginning, and returns the payloads of the first so many.
     *
     * @param count of messages; one that arrives twice counts twice
     * @return exactly {@code count} payloads in order of arrival, also if there are more by now
     * @throws AssertionError if fewer arrive in time
     */
    public List<T> await(int count) {
        awaitCount(count);
        return payloads().subList(0, count);
    }

    void awaitCount(int count) {
        await(count + " messages", () -> messages.size() >= count);
    }

    /**
     * Waits until a message with this payload has arrived, and returns all payloads up to and with its first occurrence.
     *
     * @param last compared by {@link Object#equals}
     * @return the payloads from the very first on, of which {@code last} is the last
     * @throws AssertionError if it does not arrive in time
     */
    public List<T> awaitUpTo(T last) {
        int[] seen = {0};
        await("a message " + last, () -> {
            while (seen[0] < messages.size()) {
                if (last.equals(messages.get(seen[0]++).payload())) {
                    return true;
                }
            }
            return false;
        });
        return payloads().subList(0, seen[0]);
    }

    /**
     * Waits until a gap has been reported, and returns the first.
     *
     * @return the first gap since the beginning, at every call
     * @throws AssertionError if none is reported in time
     */
    public Gap awaitGap() {
        return awaitGaps(1).get(0);
    }

    /**
     * Waits until {@code count} gaps have been reported since the beginning, and returns the first so many.
     *
     * @param count of gaps, whatever their sizes
     * @return exactly {@code count} gaps in order of arrival
     * @throws AssertionError if fewer are reported in time
     */
    public List<Gap> awaitGaps(int count) {
        await(count + " gaps", () -> gaps.size() >= count);
        return gaps().subList(0, count);
    }

    private void await(String what, BooleanSupplier arrived) {
        long nanos = patience.toNanos();
        lock.lock();
        try {
            while (!arrived.getAsBoolean()) {
                if (nanos <= 0) {
                    throw new AssertionError("expected " + what + " within " + patience + ", received "
                            + messages.size() + " messages and " + gaps.size() + " gaps: " + this);
                }
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, interrupted);
        } finally {
            lock.unlock();
        }
    }

    /** {@return a copy of the messages so far, in order of arrival} */
    public List<Message<T>> messages() {
        return copy(messages);
    }

    /** {@return a copy of the payloads so far, in order of arrival} */
    public List<T> payloads() {
        return messages().stream().map(Message::payload).toList();
    }

    /** {@return a copy of the gaps so far, in order of arrival} */
    public List<Gap> gaps() {
        return copy(gaps);
    }

    /** {@return a copy of payloads and {@link Gap gaps} so far, in the order in which they arrived} */
    public List<Object> arrivals() {
        return copy(arrivals);
    }

    private <A> List<A> copy(List<A> list) {
        lock.lock();
        try {
            return List.copyOf(list);
        } finally {
            lock.unlock();
        }
    }

    /** {@return the last 100 {@link #arrivals}} */
    @Override
    public String toString() {
        List<Object> all = arrivals();
        int skipped = Math.max(0, all.size() - 100);
        return (skipped > 0 ? "… " : "") + all.subList(skipped, all.size());
    }
}
