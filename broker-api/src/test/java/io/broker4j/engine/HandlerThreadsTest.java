package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.BrokerEvent;
import io.broker4j.Health;
import io.broker4j.Publisher;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** On which threads and executors handlers run, and whom they hold up there. */
class HandlerThreadsTest extends EngineOverLoop {
    @Test
    void oneThreadServesHandlersThatReturnAndEachBlockedOneCostsAFewMore() throws Exception {
        int blocked = 15;
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
        assertThat(workers()).isLessThan(4 * blocked);
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

    /** A task that was dropped was the last one, and nobody said a word. */
    @Test
    void taskThatAnExecutorDropsIsToldAndSubmittedAgain() throws Exception {
        AtomicInteger submitted = new AtomicInteger();
        Executor dropping = task -> {
            if (submitted.incrementAndGet() > 2) {
                task.run();
                task.run();
            }
        };
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        Machine machine = new Machine(role -> Thread::new, timer);
        Dispatcher dispatcher = new Dispatcher(new Events(machine), machine);
        Events events = new Events(machine);
        BlockingQueue<BrokerEvent> told = new LinkedBlockingQueue<>();
        events.add(told::add);
        LateExecutors late = new LateExecutors();
        Channel channel = new Channel(TopicFilter.of("t"), events);
        channel.add(
                TOPIC.codec(),
                SubscribeOptions.DEFAULTS,
                collector,
                new ExecutorScheduler(dropping, dispatcher, machine, events, late, Duration.ofMillis(20)));
        channel.live().received("t", Frame.bare("x".getBytes()));

        assertThat(told.poll(10, SECONDS)).isEqualTo(new BrokerEvent.Degraded(LateExecutors.DETAIL));
        assertThat(next()).isEqualTo("x");
        assertThat(told.poll(10, SECONDS)).isEqualTo(new BrokerEvent.Restored());
        assertThat(received).isEmpty();
        assertThat(late.over(LoopTransport.UP)).isEqualTo(LoopTransport.UP);
        dispatcher.close(System.nanoTime() + SECONDS.toNanos(5), System.nanoTime() + SECONDS.toNanos(5));
        timer.shutdownNow();
    }

    /** Its scheduler was found late at that very moment, and stayed among the late ones for ever. */
    @Test
    void healthRecoversWhenALateSubscriptionIsClosed() throws Exception {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        Machine machine = new Machine(role -> Thread::new, timer);
        Dispatcher dispatcher = new Dispatcher(new Events(machine), machine);
        LateExecutors late = new LateExecutors();
        Channel channel = new Channel(TopicFilter.of("t"), new Events(machine));
        CompletableFuture<Mailbox<?>> added = new CompletableFuture<>();
        CountDownLatch closed = new CountDownLatch(1);
        ThreadFactory closer = task -> { // the first event is that the executor is late
            added.join().close();
            closed.countDown();
            return new Thread(task);
        };
        Events closing = new Events(new Machine(role -> closer, timer));
        ExecutorScheduler scheduler =
                new ExecutorScheduler(task -> {}, dispatcher, machine, closing, late, Duration.ofMillis(20));
        added.complete(channel.add(TOPIC.codec(), SubscribeOptions.DEFAULTS, collector, scheduler));
        channel.live().received("t", Frame.bare("x".getBytes()));

        assertThat(closed.await(10, SECONDS)).isTrue();
        await().untilAsserted(() -> assertThat(late.over(LoopTransport.UP)).isEqualTo(LoopTransport.UP));
        dispatcher.close(System.nanoTime(), System.nanoTime());
        timer.shutdownNow();
    }

    @Test
    void healthSaysThatAnExecutorIsLateUntilItsSubscriptionIsClosed() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        Machine machine = new Machine(role -> Thread::new, timer);
        Dispatcher dispatcher = new Dispatcher(new Events(machine), machine);
        LateExecutors late = new LateExecutors();
        ExecutorScheduler scheduler = new ExecutorScheduler(
                task -> {}, dispatcher, machine, new Events(machine), late, Duration.ofMinutes(1));
        Channel channel = new Channel(TopicFilter.of("t"), new Events(machine));
        Mailbox<?> mailbox = channel.add(TOPIC.codec(), SubscribeOptions.DEFAULTS, collector, scheduler);
        channel.live().received("t", Frame.bare("x".getBytes()));
        late.add(scheduler);
        assertThat(late.over(LoopTransport.UP).receiving()).isEqualTo(Health.Status.DOWN);
        assertThat(late.over(LoopTransport.UP).detail()).contains("executor");

        mailbox.close();
        assertThat(late.over(LoopTransport.UP)).isEqualTo(LoopTransport.UP);
        dispatcher.close(System.nanoTime(), System.nanoTime());
        timer.shutdownNow();
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
        subscription.close(Duration.ZERO);
        assertThat(events.poll(10, SECONDS)).isEqualTo(new BrokerEvent.Undelivered("t", 1));
        int before = submitted.get();

        assertThat(events.poll(500, MILLISECONDS)).isNull();
        assertThat(submitted.get()).isLessThanOrEqualTo(before + 1);
    }

    @Test
    void inlineHandlersNeitherSeeNorTakeTheInterruptOfThePublisher() throws Exception {
        List<Boolean> seen = new ArrayList<>();
        broker.subscribe(TOPIC, SubscribeOptions.DEFAULTS.inline(), message -> {
            seen.add(Thread.interrupted());
            Thread.currentThread().interrupt();
        });
        publisher.publish("x");
        boolean leaked = Thread.interrupted();
        Thread.currentThread().interrupt();
        publisher.publish("y");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(leaked).isFalse();
        assertThat(seen).containsExactly(false, false);
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
}
