package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Broker;
import io.broker4j.ClosedException;
import io.broker4j.Health;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** How a broker ends. */
abstract class ClosingContract extends ContractGroup {
    private static final List<String> SHARED =
            List.of("kit-", "junit-", "ForkJoinPool.commonPool-", "CompletableFutureDelayScheduler");
    private static final Duration BOUND = CLOSE_TIMEOUT.plus(SLACK);

    /** C4. If it fails: which executor, timer or connection has no owner that closes it? */
    @Test
    @Rule("C4")
    void closeLeavesNoThread() {
        use(medium().connect()).close();
        Set<Thread> before = brokerThreads();
        Broker broker = use(medium().connect());
        close(broker);
        Set<Thread> left = brokerThreads();
        left.removeAll(before);
        left.removeIf(medium()::owns);
        left.forEach(thread -> joinPatiently(thread));
        left.removeIf(thread -> !thread.isAlive());
        assertThat(left).as("threads that were not there before the broker").isEmpty();
    }

    /** Makes a broker start whatever it starts. */
    private Broker use(Broker broker) {
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(broker, topic);
        publishNumbers(broker, topic, 1, 10);
        inbox.await(10);
        new EventLog(broker);
        return broker;
    }

    private void joinPatiently(Thread thread) {
        try {
            thread.join(patience().toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Threads that a broker may have begun: not those of this kit and of the pools that all code shares. */
    private static Set<Thread> brokerThreads() {
        return threads()
                .filter(thread -> SHARED.stream().noneMatch(thread.getName()::startsWith))
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** C4, as the medium sees it. */
    @Test
    @Rule("C4")
    void closeLeavesNoConnectionAndNoSubscription() {
        Broker broker = connect();
        Topic<String> topic = topic();
        subscribed(broker, topic);
        publish(broker, topic, "x");
        assertThat(medium().connections()).as("connections of an open broker").isPositive();
        close(broker);
        await("no connection is left", () -> medium().connections() == 0);
    }

    /** C4, from a state where a handler does not return. */
    @Test
    @Rule("C4")
    void closeIsBoundedWhileAHandlerIsBlocked() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = gated();
        subscribe(broker, topic, inbox);
        publishNumbers(broker, topic, 1, 10);
        inbox.await(1);
        within(BOUND, inParallel(1, i -> () -> {
            broker.close(Duration.ofMillis(100));
            return null;
        }));
        inbox.open();
    }

    /** C4, while the link is down and something is wanted. If it hangs: does close wait for the medium's answer? */
    @Test
    @Rule({"C4", "C5"})
    void closeIsBoundedWhileDisconnected() {
        Broker broker = connect("subscribeTimeout=1m");
        subscribed(broker, topic());
        faults().cut();
        awaitDisconnected(broker);
        CompletableFuture<Subscription> pending = broker.subscribe(topic(), inbox());
        close(broker);
        assertThat(pending).as("a subscribe that was pending").isDone();
        failure(pending, patience(), ClosedException.class);
    }

    /** C4, C5, while the medium does not answer. */
    @Test
    @Rule("C5")
    void closeCompletesWhatIsPending() {
        Broker broker = connect("publishTimeout=1m", "subscribeTimeout=1m");
        Topic<String> topic = topic();
        faults().stall();
        List<CompletableFuture<Receipt>> published =
                numbers(1, 10).stream().map(broker.publisher(topic)::publish).toList();
        CompletableFuture<Subscription> subscribing = broker.subscribe(topic(), inbox());
        close(broker);
        assertThat(published).allMatch(CompletableFuture::isDone);
        for (CompletableFuture<Receipt> one : published) {
            assertThat(failure(one, patience()).outcome()).isEqualTo(Outcome.UNKNOWN);
        }
        assertThat(subscribing).isDone();
        failure(subscribing, patience(), ClosedException.class);
    }

    /** C4: from many threads at once, again and again. */
    @Test
    @Rule("C4")
    void closeMayBeCalledByManyThreadsAgainAndAgain() {
        Broker broker = connect();
        subscribed(broker, topic());
        within(BOUND, inParallel(8, i -> () -> {
            broker.close();
            broker.close(Duration.ofSeconds(1));
            return null;
        }));
        broker.close();
    }

    /** C4: a negative time is refused, and the broker continues to work. */
    @Test
    @Rule("C4")
    void closeWithNegativeDrainTimeClosesNothing() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = inbox();
        Subscription subscription = subscribe(broker, topic, inbox);
        Duration negative = Duration.ofMillis(-1);
        for (ThrowingCallable closing :
                List.<ThrowingCallable>of(() -> subscription.close(negative), () -> broker.close(negative))) {
            assertThatThrownBy(closing).isInstanceOf(IllegalArgumentException.class);
        }
        publish(broker, topic, "x");
        assertThat(inbox.await(1)).containsExactly("x");
    }

    /** C4: objects that were handed in are not closed. */
    @Test
    @Rule("C4")
    void closeDoesNotTouchTheExecutorItWasHanded() {
        ExecutorService executor = Executors.newFixedThreadPool(1, task -> new Thread(task, "kit-own"));
        try {
            Broker broker = connect();
            Topic<String> topic = topic();
            Inbox<String> inbox = subscribed(broker, topic, SubscribeOptions.DEFAULTS.withExecutor(executor));
            publish(broker, topic, "x");
            inbox.await(1);
            close(broker);
            AtomicReference<String> ran = new AtomicReference<>("");
            get(CompletableFuture.runAsync(() -> ran.set("after close"), executor));
            assertThat(ran.get()).isEqualTo("after close");
        } finally {
            executor.shutdownNow();
        }
    }

    /** C5. If it fails: which entry does not look whether the broker is closed, or throws where it should fail a future? */
    @Test
    @Rule("C5")
    void afterCloseEverythingFailsAtOnce() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Publisher<String> publisher = broker.publisher(topic);
        Inbox<String> inbox = inbox();
        Subscription subscription = subscribe(broker, topic, inbox);
        close(broker);
        CompletableFuture<Receipt> published = publisher.publish("late");
        assertThat(published).isDone();
        PublishException failure = failure(published, patience());
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
        assertThat(failure).hasCauseInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> broker.publisher(topic)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> broker.onEvent(event -> {})).isInstanceOf(ClosedException.class);
        CompletableFuture<Subscription> subscribing = broker.subscribe(topic, inbox());
        assertThat(subscribing).isDone();
        failure(subscribing, patience(), ClosedException.class);
        assertThat(broker.health())
                .extracting(Health::publishing, Health::receiving)
                .containsExactly(Health.Status.DOWN, Health.Status.DOWN);
        assertThatCode(subscription::close).doesNotThrowAnyException();
        assertThatCode(() -> subscription.close(Duration.ofSeconds(1))).doesNotThrowAnyException();
        assertThat(subscription.stats().queued()).isZero();
        assertThat(inbox.arrivals()).isEmpty();
    }

    /** C5, S5: subscriptions end with their broker, and other brokers go on. */
    @Test
    @Rule("C5")
    void closingOneBrokerLeavesTheOthersAlone() {
        Topic<String> topic = topic();
        Broker closing = connect();
        Inbox<String> ended = subscribed(closing, topic);
        Broker staying = connect();
        Inbox<String> inbox = subscribed(staying, topic);
        publish(closing, topic, "before");
        ended.await(1);
        inbox.await(1);
        close(closing);
        List<String> after = new ArrayList<>(numbers(1, 10));
        after.forEach(number -> publish(staying, topic, number));
        inbox.await(11);
        assertThat(ended.payloads()).containsExactly("before");
    }

    /** Publishes race with close: each future completes, with one of the outcomes. */
    @Test
    @Rule("C5")
    void publishesThatRaceWithCloseComplete() {
        for (int round = 0; round < 20; round++) {
            Broker broker = connect();
            Topic<String> topic = topic();
            subscribed(broker, topic);
            Publisher<String> publisher = broker.publisher(topic);
            AtomicBoolean closed = new AtomicBoolean();
            CompletableFuture<Void> racing = inParallel(3, i -> () -> {
                boolean afterClose = false;
                Outcome outcome = null;
                while (outcome == null && !afterClose) {
                    afterClose = closed.get();
                    outcome = outcome(publisher.publish("x"));
                }
                assertThat(outcome).isIn(Outcome.NOT_SENT, Outcome.UNKNOWN);
                return null;
            });
            close(broker);
            closed.set(true);
            get(racing);
        }
    }

    private static void close(Broker broker) {
        within(BOUND, inParallel(1, i -> () -> {
            broker.close();
            return null;
        }));
    }
}
