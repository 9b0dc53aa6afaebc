package io.broker4j.spi;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.ClosedException;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the contract kit cannot see from outside: the engine against a transport that does just what the test says. */
@Timeout(30)
class EngineTest {
    private static final Topic<String> TOPIC = Topic.text("t");

    private final LoopTransport transport = new LoopTransport();
    private final Broker broker =
            Engine.open(transport, new Settings(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofSeconds(5)));
    private final Publisher<String> publisher = broker.publisher(TOPIC);
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final Subscriber<String> collector = new Subscriber<>() {
        @Override
        public void onMessage(Message<String> message) {
            received.add(message.payload());
        }

        @Override
        public void onGap(Gap gap) {
            received.add(gap);
        }
    };

    @AfterEach
    void close() {
        broker.close();
    }

    private Object next() throws InterruptedException {
        return received.poll(10, SECONDS);
    }

    private static PublishException failure(CompletableFuture<Receipt> future) throws Exception {
        try {
            throw new AssertionError("published: " + future.get(10, SECONDS));
        } catch (ExecutionException failed) {
            return (PublishException) failed.getCause();
        }
    }

    @Test
    void publishWithoutAnswerIsGivenUpInTimeAndTheTransportTold() throws Exception {
        transport.answering = false;
        CompletableFuture<Receipt> future = publisher.publish("x");

        PublishException failure = failure(future);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure).hasMessageContaining("publishTimeout=200ms");
        CompletableFuture<Void> answer = transport.unanswered.remove();
        assertThatThrownBy(answer::get).isInstanceOf(CancellationException.class);
    }

    /** It was told afterwards, so that another publish in such a stage went to a connection that was about to end. */
    @Test
    void transportKnowsThatAPublishIsGivenUpBeforeItsUserDoes() throws Exception {
        transport.answering = false;
        CompletableFuture<Boolean> known = publisher
                .publish("x")
                .handle((receipt, failure) -> transport.unanswered.remove().isCancelled());

        assertThat(known.get(10, SECONDS)).isTrue();
    }

    @Test
    void noMorePublishesAreUnderWayThanAllowed() throws Exception {
        transport.answering = false;
        Duration minute = Duration.ofMinutes(1);
        try (Broker patient = Engine.open(transport, new Settings(minute, minute, Duration.ofSeconds(5)))) {
            Publisher<String> many = patient.publisher(TOPIC);
            for (int i = 0; i < Limits.MAX_IN_FLIGHT; i++) {
                many.publish("x");
            }
            assertThat(failure(many.publish("one too many")).outcome()).isEqualTo(Outcome.NOT_SENT);

            transport.unanswered.remove().complete(null);
            transport.answering = true;
            many.publish("room again").get(10, SECONDS);
            transport.close(Duration.ZERO);
        }
    }

    @Test
    void bytesUnderWayAreBoundedToo() throws Exception {
        transport.answering = false;
        Broker patient = Engine.open(transport, Settings.DEFAULTS);
        Publisher<byte[]> large = patient.publisher(Topic.bytes("b"));
        byte[] payload = new byte[Limits.MAX_PAYLOAD_BYTES];
        int fitting = (int) (Limits.MAX_IN_FLIGHT_BYTES / payload.length);
        for (int i = 0; i < fitting; i++) {
            large.publish(payload);
        }
        assertThat(failure(large.publish(payload)).outcome()).isEqualTo(Outcome.NOT_SENT);
        transport.close(Duration.ZERO);
        patient.close();
    }

    @Test
    void subscribeWithoutAnswerFailsInTimeAndLeavesNothing() {
        transport.answering = false;
        CompletableFuture<Subscription> future = broker.subscribe(TOPIC, collector);

        assertThatThrownBy(() -> future.get(10, SECONDS))
                .hasCauseInstanceOf(BrokerException.class)
                .hasMessageContaining("subscribeTimeout=200ms");
        assertThat(transport.wanted).isEmpty();
    }

    @Test
    void subscribeThatTheUserCancelsLeavesNothing() {
        transport.answering = false;
        broker.subscribe(TOPIC, collector).cancel(true);
        assertThat(transport.wanted).isEmpty();
    }

    @Test
    void failedSubscribeDoesNotEndTheOthersOfItsTopic() throws Exception {
        broker.subscribe(TOPIC, collector).get(10, SECONDS);
        transport.answering = false;
        CompletableFuture<Subscription> second = broker.subscribe(TOPIC, collector);
        transport.unanswered.remove().completeExceptionally(new BrokerException("not now"));

        assertThatThrownBy(() -> second.get(10, SECONDS)).hasMessageContaining("not now");
        assertThat(transport.wanted).containsExactly(TopicFilter.of("t"));
    }

    @Test
    void waitingOnTheIoThreadThrowsInsteadOfBlockingForEver() {
        transport.answering = false;
        CompletableFuture<Receipt> future = publisher.publish("x");
        transport.ioThread = Thread.currentThread();

        assertThatThrownBy(future::join)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("I/O thread");
        transport.ioThread = null;
    }

    @Test
    void jumpInTheNumbersIsAGapBeforeTheNextMessage() throws Exception {
        broker.subscribe(TOPIC, collector).get(10, SECONDS);
        transport.deliver("t", numbered(1, "one"));
        transport.deliver("t", numbered(4, "four"));
        transport.deliver("t", numbered(4, "four again"));
        transport.deliver("t", numbered(3, "three"));
        transport.deliver("t", numbered(5, "five"));

        assertThat(next()).isEqualTo("one");
        assertThat(next()).isEqualTo(Gap.of("t", Gap.Reason.SEQUENCE, 2));
        assertThat(next()).isEqualTo("four");
        assertThat(next()).isEqualTo("five");
    }

    private static byte[] numbered(long sequence, String text) {
        return new Frame(1, sequence, false, 0, java.util.Map.of(), text.getBytes(), false).toBytes();
    }

    @Test
    void renewedLinkIsToldOnceAndBeginsNewNumbers() throws Exception {
        broker.subscribe(TOPIC, collector).get(10, SECONDS);
        transport.deliver("t", numbered(1, "one"));
        transport.receiver.renewed(TopicFilter.of("t"));
        transport.deliver("t", numbered(9, "nine"));

        assertThat(next()).isEqualTo("one");
        assertThat(next()).isEqualTo(Gap.of("t", Gap.Reason.DISCONNECTED));
        assertThat(next()).isEqualTo("nine");
    }

    @Test
    void brokenFrameIsReportedAndSkipped() throws Exception {
        BlockingQueue<BrokerEvent> events = new LinkedBlockingQueue<>();
        broker.onEvent(events::add);
        Subscription subscription = broker.subscribe(TOPIC, collector).get(10, SECONDS);
        byte[] broken = numbered(1, "x");
        broken[4] = 99;
        transport.deliver("t", broken);
        transport.deliver("t", "bare".getBytes());

        assertThat(next()).isEqualTo("bare");
        assertThat(events.poll(10, SECONDS))
                .isInstanceOfSatisfying(
                        BrokerEvent.Undecodable.class,
                        event -> assertThat(event.cause()).hasMessageContaining("version 99"));
        assertThat(subscription.stats().failed()).isEqualTo(1);
    }

    @Test
    void oneThreadServesHandlersThatReturnAndEachBlockedOneCostsOneMore() throws Exception {
        int blocked = 20;
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocking = new CountDownLatch(blocked);
        for (int i = 0; i < blocked; i++) {
            broker.subscribe(TOPIC, message -> {
                blocking.countDown();
                release.await();
            });
        }
        for (int i = 0; i < 100; i++) {
            broker.subscribe(TOPIC, collector);
        }
        publisher.publish("x");

        assertThat(blocking.await(10, SECONDS)).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(next()).isEqualTo("x");
        }
        assertThat(workers()).isLessThanOrEqualTo(blocked + 2);
        release.countDown();
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("broker-worker-"))
                .count();
    }

    @Test
    void inlineHandlersThatPublishDoNotRecurse() throws Exception {
        int rounds = 100_000;
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        for (String topic : List.of("a", "b", "c")) {
            Publisher<String> onward =
                    broker.publisher(Topic.text(topic.equals("c") ? "a" : topic.equals("a") ? "b" : "c"));
            broker.subscribe(Topic.text(topic), SubscribeOptions.DEFAULTS.inline(), message -> {
                if (count.incrementAndGet() < rounds) {
                    onward.publish("on");
                } else {
                    done.countDown();
                }
            });
        }
        broker.publisher(Topic.text("a")).publish("go");

        assertThat(done.await(0, SECONDS))
                .as("inline is done when publish returns")
                .isTrue();
    }

    @Test
    void rejectedExecutorIsTriedAgain() throws Exception {
        AtomicInteger rejections = new AtomicInteger(3);
        Executor full = task -> {
            if (rejections.getAndDecrement() > 0) {
                throw new RejectedExecutionException("full");
            }
            new Thread(task).start();
        };
        broker.subscribe(TOPIC, SubscribeOptions.DEFAULTS.withExecutor(full), collector);
        publisher.publish("x");

        assertThat(next()).isEqualTo("x");
    }

    @Test
    void executorThatThrowsHurtsNeitherPublisherNorNeighbours() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        Executor broken = task -> {
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("no thread");
            }
            new Thread(task).start();
        };
        BlockingQueue<Object> neighbour = new LinkedBlockingQueue<>();
        broker.subscribe(TOPIC, SubscribeOptions.DEFAULTS.withExecutor(broken), collector);
        broker.subscribe(TOPIC, message -> neighbour.add(message.payload()));
        for (int i = 0; i < 3; i++) {
            publisher.publish("" + i).get(10, SECONDS);
        }

        for (int i = 0; i < 3; i++) {
            assertThat(neighbour.poll(10, SECONDS)).isEqualTo("" + i);
            assertThat(next()).isEqualTo("" + i);
        }
    }

    @Test
    void executorThatRunsOnTheCallerNeitherDeadlocksNorRecurses() throws Exception {
        int rounds = 20_000;
        Topic<String> other = Topic.text("other");
        CountDownLatch done = new CountDownLatch(2 * rounds);
        Executor caller = task -> task.run();
        SubscribeOptions callerRuns =
                SubscribeOptions.DEFAULTS.withExecutor(caller).withMaxMessages(4 * rounds);
        for (Topic<String> topic : List.of(TOPIC, other)) {
            Publisher<String> onward = broker.publisher(topic == TOPIC ? other : TOPIC);
            broker.subscribe(topic, callerRuns, message -> {
                done.countDown();
                if (message.payload().equals("go")) {
                    onward.publish("on");
                }
            });
        }
        Thread[] publishers = new Thread[2];
        for (int i = 0; i < publishers.length; i++) {
            Publisher<String> first = broker.publisher(i == 0 ? TOPIC : other);
            publishers[i] = new Thread(() -> {
                for (int n = 0; n < rounds / 2; n++) {
                    first.publish("go");
                }
            });
            publishers[i].start();
        }

        assertThat(done.await(20, SECONDS)).isTrue();
        for (Thread thread : publishers) {
            thread.join();
        }
    }

    @Test
    void rejectedExecutorIsLeftAloneWhenItsSubscriptionIsClosed() throws Exception {
        AtomicInteger submitted = new AtomicInteger();
        BlockingQueue<BrokerEvent> events = new LinkedBlockingQueue<>();
        broker.onEvent(events::add);
        Executor full = task -> {
            submitted.incrementAndGet();
            throw new RejectedExecutionException("full");
        };
        Subscription subscription = broker.subscribe(TOPIC, SubscribeOptions.DEFAULTS.withExecutor(full), collector)
                .get(10, SECONDS);
        publisher.publish("x");
        assertThat(events.poll(10, SECONDS)).isInstanceOf(BrokerEvent.Degraded.class);
        subscription.close();
        int before = submitted.get();

        assertThat(events.poll(500, MILLISECONDS)).isNull();
        assertThat(submitted.get()).isLessThanOrEqualTo(before + 1);
    }

    @Test
    void publishThatItsUserGaveUpIsNotSentLateAndGivesItsPlaceBack() throws Exception {
        transport.answering = false;
        for (int i = 0; i < Limits.MAX_IN_FLIGHT; i++) {
            publisher.publish("x").cancel(true);
        }
        List<CompletableFuture<Void>> answers = List.copyOf(transport.unanswered);
        for (CompletableFuture<Void> answer : answers) {
            assertThatThrownBy(() -> answer.get(10, SECONDS)).isInstanceOf(CancellationException.class);
        }
        transport.answering = true;
        publisher.publish("room again").get(10, SECONDS);
    }

    @Test
    void waitingOnTheTimerThreadThrowsToo() throws Exception {
        transport.answering = false;
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        publisher.publish("x").whenComplete((receipt, failure) -> {
            try {
                publisher.publish("again").thenApply(Receipt::topic).join();
            } catch (RuntimeException waited) {
                thrown.complete(waited);
            }
        });

        assertThat(thrown.get(10, SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("broker-timer");
    }

    @Test
    void closeFromAHandlerWhoseSubscriptionIsClosedDoesNotWaitForItself() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        AtomicReference<Subscription> own = new AtomicReference<>();
        own.set(broker.subscribe(TOPIC, message -> {
                    own.get().close();
                    broker.close();
                    interrupted.complete(Thread.currentThread().isInterrupted());
                })
                .get(10, SECONDS));
        publisher.publish("x");

        assertThat(interrupted.get(2, SECONDS)).isFalse();
    }

    @Test
    void closedSubscriptionCountsNoLonger() throws Exception {
        Subscription subscription = broker.subscribe(TOPIC, collector).get(10, SECONDS);
        broker.subscribe(TOPIC, message -> {}).get(10, SECONDS);
        publisher.publish("x");
        assertThat(next()).isEqualTo("x");
        subscription.close();
        Subscription.Stats before = subscription.stats();
        for (int i = 0; i < 3_000; i++) {
            publisher.publish("y");
        }

        assertThat(subscription.stats()).isEqualTo(before);
    }

    @Test
    void undecodableMessagesTakeNoBytes() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        broker.subscribe(Topic.bytes("t"), SubscribeOptions.DEFAULTS.withMaxBytes(300_000), message -> {
            entered.countDown();
            release.await();
            received.add(message.payload().length);
        });
        transport.deliver("t", new byte[1]);
        entered.await();
        transport.deliver("t", new byte[2]);
        transport.deliver("t", new byte[1 << 20]);
        transport.deliver("t", new byte[3]);
        release.countDown();

        assertThat(next()).isEqualTo(1);
        assertThat(next()).isEqualTo(2);
        assertThat(next()).isEqualTo(3);
    }

    @Test
    void interruptLeftByAHandlerIsNotTheNextHandlersProblem() throws Exception {
        broker.subscribe(TOPIC, message -> Thread.currentThread().interrupt());
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        broker.subscribe(TOPIC, message -> {
            interrupted.set(Thread.currentThread().isInterrupted());
            done.countDown();
        });
        publisher.publish("x");

        assertThat(done.await(10, SECONDS)).isTrue();
        assertThat(interrupted.get()).isFalse();
    }

    @Test
    void slowListenersLoseEventsButAreToldHowMany() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        BlockingQueue<BrokerEvent> events = new ArrayBlockingQueue<>(10_000);
        broker.onEvent(event -> {
            events.add(event);
            awaitQuietly(release);
        });
        int emitted = 3_000;
        for (int i = 0; i < emitted; i++) {
            transport.receiver.event(new BrokerEvent.Restored());
        }
        release.countDown();
        long told = 0;
        while (told < emitted) {
            BrokerEvent event = events.poll(1, SECONDS);
            if (event == null) {
                transport.receiver.event(new BrokerEvent.Restored());
                emitted++;
            } else {
                told += event instanceof BrokerEvent.EventsLost lost ? lost.count() : 1;
            }
        }
        assertThat(told).isEqualTo(emitted);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void closeFromAHandlerReturnsAndEndsEverything() throws Exception {
        CompletableFuture<Void> returned = new CompletableFuture<>();
        broker.subscribe(TOPIC, message -> {
            broker.close();
            returned.complete(null);
        });
        publisher.publish("x");

        returned.get(10, SECONDS);
        broker.close();
        assertThat(transport.closed).isTrue();
        assertThatThrownBy(() -> broker.publisher(TOPIC)).isInstanceOf(ClosedException.class);
    }

    @Test
    void closeWithDrainDeliversWhatIsQueued() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        broker.subscribe(TOPIC, message -> {
            entered.countDown();
            release.await();
            received.add(message.payload());
        });
        for (int i = 0; i < 100; i++) {
            publisher.publish("" + i);
        }
        entered.await();
        Thread closer = new Thread(() -> broker.close(Duration.ofSeconds(10)));
        closer.start();
        release.countDown();
        closer.join();

        assertThat(received).hasSize(100);
    }

    @Test
    void drainMayBeAsLongAsOneLikes() throws Exception {
        Subscription subscription = broker.subscribe(TOPIC, collector).get(10, SECONDS);
        publisher.publish("x");
        subscription.close(Duration.ofSeconds(Long.MAX_VALUE));
        broker.close(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(received).containsExactly("x");
        assertThat(transport.closed).isTrue();
    }

    @Test
    void pendingFuturesCompleteWhenTheBrokerIsClosed() throws Exception {
        transport.answering = false;
        Broker patient = Engine.open(
                transport, new Settings(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMillis(500)));
        CompletableFuture<Subscription> subscribing = patient.subscribe(TOPIC, collector);
        CompletableFuture<Receipt> publishing = patient.publisher(TOPIC).publish("x");
        patient.close();

        assertThatThrownBy(() -> subscribing.get(0, SECONDS)).hasCauseInstanceOf(ClosedException.class);
        assertThat(failure(publishing).outcome()).isEqualTo(Outcome.UNKNOWN);
    }
}
