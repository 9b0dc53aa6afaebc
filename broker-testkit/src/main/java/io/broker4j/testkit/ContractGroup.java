package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * The common part of all groups of the contract: the medium and brokers of one test, and waits with a limit. Every wait
 * of a test ends when the medium's patience does, so that a broken broker fails instead of hanging.
 */
@Timeout(120)
abstract class ContractGroup {
    /** Added to a deadline that is itself the promise, for a machine that is busy with other things. */
    static final Duration SLACK = Duration.ofSeconds(2);

    /** With room for all that a test publishes. */
    static final SubscribeOptions ROOMY = SubscribeOptions.DEFAULTS.withMaxMessages(100_000);

    private final List<Broker> brokers = new ArrayList<>();
    private final List<NumberStream> streams = new ArrayList<>();
    private Medium medium = parameters -> fail("no test is running");
    private String root = "";
    private int topics;

    /** Before each test. */
    final void use(Medium opened) {
        medium = opened;
    }

    @BeforeEach
    void nameRoot() {
        root = "kit-" + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
    }

    @AfterEach
    @SuppressWarnings("try") // it is closed here, not used
    void closeMedium() {
        try (Medium opened = medium) {
            streams.forEach(NumberStream::halt);
            streams.clear();
            List<Broker> open = List.copyOf(brokers);
            brokers.clear();
            within(CLOSE_TIMEOUT.plus(SLACK), inParallel(open.size(), i -> () -> {
                open.get(i).close(Duration.ZERO); // handlers may be blocked
                return null;
            }));
        }
    }

    /** The close deadline, which is not configurable by a locator (C4). */
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    static SubscribeOptions from(Start start) {
        return SubscribeOptions.DEFAULTS.withStart(start);
    }

    final Medium medium() {
        return medium;
    }

    final FaultHarness faults() {
        return medium.faults();
    }

    final Duration patience() {
        return medium.patience();
    }

    final synchronized Broker connect(String... parameters) {
        Broker broker = medium.connect(parameters);
        brokers.add(broker);
        return broker;
    }

    /** First segment of all topics of this test. */
    final String root() {
        return root;
    }

    final Topic<String> topic() {
        return Topic.text(root + ".t" + ++topics);
    }

    final List<Topic<String>> topics(int count) {
        return IntStream.range(0, count).mapToObj(i -> topic()).toList();
    }

    /** A durable topic; skips the test on a medium that keeps no messages. */
    final Topic<String> durable(Retention retention) {
        Topic<String> topic = topic().durable(retention);
        Broker broker = connect();
        Object page =
                get(broker.history(topic, 1).<Object>handle((found, failure) -> failure == null ? found : failure));
        Assumptions.assumeFalse(page instanceof UnsupportedException, "this medium keeps no messages");
        return topic;
    }

    /** Skips the test on a medium that knows no groups. */
    final void assumeGroups() {
        SubscribeOptions member = SubscribeOptions.DEFAULTS.withGroup("any");
        CompletableFuture<Subscription> joining = connect().subscribe(durable(), member, message -> {});
        Object joined = get(joining.<Object>handle((live, failure) -> failure == null ? live : failure));
        Assumptions.assumeFalse(joined instanceof UnsupportedException, "this medium knows no groups");
    }

    final Topic<String> durable() {
        return durable(Retention.count(100_000));
    }

    /** Publishes the numbers from {@code first} to {@code last} one after another; returns their positions. */
    final List<Position> publishOneByOne(Broker broker, Topic<String> topic, int first, int last) {
        return numbers(first, last).stream()
                .map(number -> publish(broker, topic, number).position().orElseThrow())
                .toList();
    }

    final <T> Inbox<T> inbox() {
        return new Inbox<>(patience());
    }

    final <T> Inbox<T> gated() {
        return Inbox.gated(patience());
    }

    final <T> Subscription subscribe(Broker broker, Topic<T> topic, Subscriber<? super T> subscriber) {
        return get(broker.subscribe(topic, subscriber));
    }

    final <T> Subscription subscribe(
            Broker broker, Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
        return get(broker.subscribe(topic, options, subscriber));
    }

    final <T> Inbox<T> subscribed(Broker broker, Topic<T> topic) {
        Inbox<T> inbox = inbox();
        subscribe(broker, topic, inbox);
        return inbox;
    }

    final <T> Inbox<T> subscribed(Broker broker, Topic<T> topic, SubscribeOptions options) {
        Inbox<T> inbox = inbox();
        subscribe(broker, topic, options, inbox);
        return inbox;
    }

    final <T> Receipt publish(Broker broker, Topic<T> topic, T payload) {
        return get(broker.publisher(topic).publish(payload));
    }

    /** Publishes the numbers from {@code first} to {@code last} as text, without waiting in between. */
    final void publishNumbers(Broker broker, Topic<String> topic, int first, int last) {
        Publisher<String> publisher = broker.publisher(topic);
        get(all(numbers(first, last).stream().map(publisher::publish).toList()));
    }

    static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
    }

    /**
     * Publishes repeatedly until a publish succeeds, each time another payload, because a failed one may be received too.
     *
     * @return the payload that was published with success: {@code prefix} and a number
     */
    final String publishOnceUp(Broker broker, Topic<String> topic, String prefix) {
        Publisher<String> publisher = broker.publisher(topic);
        String[] payload = {""};
        int[] attempt = {0};
        await("a publish that succeeds", () -> {
            payload[0] = prefix + attempt[0]++;
            return get(publisher.publish(payload[0]).handle((receipt, failure) -> failure == null));
        });
        return payload[0];
    }

    /** Publishes until the broker has noticed that the link is cut and fails a publish with {@code NOT_SENT}. */
    final void awaitDisconnected(Broker broker) {
        Publisher<String> publisher = broker.publisher(topic());
        await(
                "a publish that fails NOT_SENT because the link is cut",
                () -> outcome(publisher.publish("probe")) == Outcome.NOT_SENT);
    }

    /** Waits until a subscriber has been told of that many outages. */
    final void awaitOutages(Inbox<?> inbox, int outages) {
        await(outages + " gaps for outages", () -> outages(inbox) >= outages);
    }

    static int outages(Inbox<?> inbox) {
        return (int) inbox.gaps().stream()
                .filter(gap -> gap.reason() == Gap.Reason.DISCONNECTED)
                .count();
    }

    /** Publishes numbers from now on, until this object or the test ends. */
    final NumberStream stream(Publisher<String> publisher) {
        NumberStream stream = new NumberStream(this, publisher);
        streams.add(stream);
        return stream;
    }

    /** The outcome of a publish that fails, or null if it succeeds. */
    final @Nullable Outcome outcome(CompletableFuture<Receipt> published) {
        Object result = get(published.<Object>handle((receipt, failure) -> failure == null ? "published" : failure));
        if (!(result instanceof Throwable failure)) {
            return null;
        }
        assertThat(failure).as("every failed publish says its outcome").isInstanceOf(PublishException.class);
        return ((PublishException) failure).outcome();
    }

    /** Waits until the publish fails, for at most {@code limit}. */
    final PublishException failure(CompletableFuture<Receipt> published, Duration limit) {
        return failure(published, limit, PublishException.class);
    }

    final <X extends Throwable> X failure(CompletableFuture<?> future, Duration limit, Class<X> expected) {
        Object result = within(limit, future.<Object>handle((value, failure) -> failure == null ? value : failure));
        assertThat(result).as("the failure of a future, itself and not wrapped").isInstanceOf(expected);
        return expected.cast(result);
    }

    /** The value of a future that succeeds before patience ends. */
    final <V> V get(CompletableFuture<V> future) {
        return within(patience(), future);
    }

    static <V> V within(Duration limit, CompletableFuture<V> future) {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("a future is not complete after " + limit, late);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AssertionError assertion) {
                throw assertion;
            }
            throw new AssertionError("a future failed: " + failed.getCause(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for a future", interrupted);
        }
    }

    /** Waits for a condition by asking repeatedly. */
    final void await(String what, BooleanSupplier condition) {
        await(patience(), what, condition);
    }

    /** Waits for a condition by asking repeatedly, for at most {@code limit}. */
    static void await(Duration limit, String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new AssertionError("expected within " + limit + ": " + what);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting for " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until the broker waits for an asynchronous handler's stage, with one message behind it. */
    final void awaitBehind(CompletableFuture<?> stage, Subscription subscription) {
        await(
                "one message behind the stage",
                () -> stage.getNumberOfDependents() > 0 && subscription.stats().queued() == 1);
    }

    static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }

    /** Runs tasks at the same time, each on a thread of its own. */
    static CompletableFuture<Void> inParallel(int count, IntFunction<Callable<?>> task) {
        return all(IntStream.range(0, count)
                .mapToObj(i -> new Task<>("kit-" + i, task.apply(i)).future)
                .toList());
    }

    /** Runs a task on a thread of its own, because a broken broker may never return from it. */
    final void promptly(Runnable task) {
        get(inParallel(1, i -> () -> {
            task.run();
            return null;
        }));
    }

    /** A thread of the kit, and the result of its work. */
    static final class Task<V> {
        final CompletableFuture<V> future = new CompletableFuture<>();
        final Thread thread;

        Task(String name, Callable<V> work) {
            thread = new Thread(
                    () -> {
                        try {
                            future.complete(work.call());
                        } catch (Throwable failed) {
                            future.completeExceptionally(failed);
                        }
                    },
                    name);
            thread.setDaemon(true);
            thread.start();
        }

        /** Whether the thread waits or has ended. */
        boolean isIdle() {
            Thread.State state = thread.getState();
            return state == Thread.State.WAITING
                    || state == Thread.State.TIMED_WAITING
                    || state == Thread.State.TERMINATED;
        }
    }

    /** The threads of our thread group: other tests may run in this JVM. */
    static Stream<Thread> threads() {
        Thread[] threads = new Thread[Thread.activeCount() + 100];
        return Arrays.stream(threads, 0, Thread.enumerate(threads));
    }
}
