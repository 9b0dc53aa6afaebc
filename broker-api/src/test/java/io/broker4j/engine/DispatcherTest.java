package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);

    private Dispatcher dispatcher(ThreadFactory workers) {
        Machine machine = new Machine(role -> workers, timer);
        return new Dispatcher(new Events(machine), machine);
    }

    @AfterEach
    void close() {
        release.countDown();
        timer.shutdownNow();
    }

    /** A channel whose messages this dispatcher delivers; its subscriber blocks at "block". */
    private Channel channel(Dispatcher dispatcher) {
        Channel channel = new Channel(TopicFilter.of("t"), new Events(new Machine(role -> Thread::new, timer)));
        channel.add(
                Topic.text("t").codec(),
                SubscribeOptions.DEFAULTS,
                message -> {
                    received.add(message.payload());
                    if (message.payload().equals("block")) {
                        release.await();
                    }
                },
                dispatcher);
        return channel;
    }

    private static void deliver(Channel channel, String text) {
        channel.live().received("t", Frame.bare(text.getBytes()));
    }

    /** While it looks it also replaces leaders that are missing. */
    private void awaitEndOfWatch() {
        await().during(Duration.ofMillis(20)).until(() -> timer.getQueue().isEmpty());
    }

    private void assertReceived(String text) throws InterruptedException {
        assertThat(received.poll(10, SECONDS)).isEqualTo(text);
    }

    /** A handler on the timer would hold up every deadline. */
    @Test
    void workIsWokenLaterWithoutUserCode() throws Exception {
        Dispatcher dispatcher = dispatcher(Thread::new);
        CompletableFuture<Boolean> mayRunUserCode = new CompletableFuture<>();
        dispatcher.wakeLater(new Work() {
            @Override
            void sweep(Turn turn) {}

            @Override
            void wake() {
                mayRunUserCode.complete(DeferredCalls.mayRunUserCode());
            }

            @Override
            int unattended() {
                return 0;
            }
        });
        assertThat(mayRunUserCode.get(10, SECONDS)).isFalse();
    }

    /** It took itself for a helper that is no longer needed, and ended; then nobody led. */
    @Test
    void workerThatIsFasterThanWhoStartsItGoesOnLeading() throws Exception {
        Dispatcher dispatcher = dispatcher(task -> new Thread(task) {
            @Override
            public synchronized void start() {
                super.start();
                try {
                    join(300); // ends before that if it finds nothing to do
                } catch (InterruptedException asked) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        Channel first = channel(dispatcher);
        Channel second = channel(dispatcher);

        deliver(first, "one");
        assertReceived("one");
        awaitEndOfWatch();
        deliver(first, "two");
        assertReceived("two");
        deliver(first, "block");
        assertReceived("block");
        for (int i = 0; i < 2; i++) {
            awaitEndOfWatch();
            deliver(second, "after its successor was started");
            assertReceived("after its successor was started");
        }
        release.countDown();
        dispatcher.close(System.nanoTime() + SECONDS.toNanos(5), System.nanoTime() + SECONDS.toNanos(5));
    }

    /** It took the leader's place with it: nobody led any more, and what was there already waited for ever. */
    @Test
    void workThatFailsUnexpectedlyEndsNeitherTheLeadingNorItself() throws Exception {
        Dispatcher dispatcher = dispatcher(Thread::new);
        AtomicInteger sweeps = new AtomicInteger();
        dispatcher.add(new Work() {
            @Override
            void sweep(Turn turn) {
                if (sweeps.incrementAndGet() < 3) {
                    throw new OutOfMemoryError("says this test");
                }
                received.add("swept");
            }

            @Override
            void wake() {
                dispatcher.add(this);
            }

            @Override
            int unattended() {
                return 0;
            }
        });
        assertReceived("swept");
        dispatcher.close(System.nanoTime() + SECONDS.toNanos(5), System.nanoTime() + SECONDS.toNanos(5));
    }

    /** A useless sweep for each blocked handler takes a thread that could have begun another handler. */
    @Test
    void workWithNothingElseToDoIsNotAddedAgainWhileItsHandlerBlocks() throws Exception {
        Dispatcher dispatcher = dispatcher(Thread::new);
        AtomicInteger wakes = new AtomicInteger();
        for (int i = 0; i < 2; i++) { // when the second is relieved, the relief of the first has ended
            Work blocking = new Work() {
                @Override
                void sweep(Turn turn) {
                    turn.mailboxBegins();
                    received.add("blocks");
                    Deadline.await(System.nanoTime() + SECONDS.toNanos(10), nanos -> release.await(nanos, NANOSECONDS));
                }

                @Override
                void wake() {
                    wakes.incrementAndGet();
                }

                @Override
                int unattended() {
                    return 0;
                }
            };
            dispatcher.add(blocking);
            assertReceived("blocks");
            await().until(() -> dispatcher.leaders().stream().noneMatch(leader -> leader.work() == blocking));
        }

        assertThat(wakes).hasValue(0);
        release.countDown();
        dispatcher.close(System.nanoTime() + SECONDS.toNanos(5), System.nanoTime() + SECONDS.toNanos(5));
    }

    /** A look that threw was the last. */
    @Test
    void lookThatFailsIsNotTheLast() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        Watch watch = new Watch(new Machine(role -> Thread::new, timer), () -> {
            if (looks.incrementAndGet() == 1) {
                throw new OutOfMemoryError("says this test");
            }
            received.add("looked");
            return false;
        });
        watch.begin();
        assertReceived("looked");
    }

    /** It waited behind all that became ready before it. */
    @Test
    void workThatBecomesReadyLateDoesNotWaitBehindAllOfABacklog() {
        List<Work> backlog = idleWork(1_000);
        Work late = idleWork();
        List<Work> polled = polled(backlog, List.of(late));

        assertThat(polled).hasSize(1_001).containsAll(backlog);
        assertThat(polled.indexOf(late)).isLessThan(4);
    }

    /** It waited behind a thousand handlers that computed, if it became ready in the midst of them. */
    @Test
    void quickWorkWaitsBehindOneOtherOnly() {
        Work quick = idleWork();
        for (int i = 0; i < 20; i++) {
            quick.swept(true);
        }
        assertThat(polled(idleWork(500), List.of(quick), idleWork(500)).indexOf(quick))
                .isLessThan(2);

        quick.swept(false); // its thread lost its core once
        assertThat(polled(idleWork(500), List.of(quick), idleWork(500)).indexOf(quick))
                .isLessThan(2);

        quick.swept(false);
        assertThat(polled(idleWork(500), List.of(quick), idleWork(500)).indexOf(quick))
                .isGreaterThan(100);
    }

    /** A look falls into every third sweep of 0.4 ms. */
    @Test
    void workThatIsLongEveryThirdTimeIsNotQuick() {
        Work slow = idleWork();
        for (int i = 0; i < 100; i++) {
            slow.swept(i % 3 != 0);
        }
        assertThat(slow.isQuick()).isFalse();
    }

    /** Quick work that never ends would hold up everything else. */
    @Test
    void otherWorkDoesNotWaitBehindAllQuickWork() {
        List<Work> quick = idleWork(1_000);
        for (int i = 0; i < 20; i++) {
            quick.forEach(work -> work.swept(true));
        }
        Work other = idleWork();

        assertThat(polled(quick, List.of(other)).indexOf(other)).isLessThan(2);
    }

    @SafeVarargs
    private static List<Work> polled(List<Work>... added) {
        ReadyQueue ready = new ReadyQueue();
        for (List<Work> works : added) {
            works.forEach(ready::add);
        }
        List<Work> polled = new ArrayList<>();
        for (Work work = ready.poll(); work != null; work = ready.poll()) {
            polled.add(work);
        }
        assertThat(ready.isEmpty()).isTrue();
        return polled;
    }

    private static List<Work> idleWork(int count) {
        return Stream.generate(DispatcherTest::idleWork).limit(count).toList();
    }

    private static Work idleWork() {
        return new MailboxGroup(group -> {}, SubscribeOptions.DEFAULTS);
    }

    /** It was never cleared, so that parking returned at once, again and again. */
    @Test
    void interruptOfAnIdleWorkerIsForgotten() throws Exception {
        BlockingQueue<Thread> workers = new LinkedBlockingQueue<>();
        Dispatcher dispatcher = dispatcher(task -> {
            Thread worker = new Thread(task);
            workers.add(worker);
            return worker;
        });
        Channel channel = channel(dispatcher);
        deliver(channel, "one");
        assertReceived("one");
        Thread worker = workers.remove();
        await().until(() -> worker.getState() == Thread.State.WAITING);
        worker.interrupt();

        await().until(() -> !worker.isInterrupted() && worker.getState() == Thread.State.WAITING);
        deliver(channel, "two");
        assertReceived("two");
        dispatcher.close(System.nanoTime() + SECONDS.toNanos(5), System.nanoTime() + SECONDS.toNanos(5));
    }

    @Test
    void threadThatCannotBeStartedIsTriedAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger(3);
        ThreadFactory exhausted = task -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread, says this test");
            }
            return new Thread(task);
        };
        Dispatcher dispatcher = dispatcher(exhausted);
        Channel blocked = channel(dispatcher);
        Channel free = channel(dispatcher);

        deliver(blocked, "block");
        assertReceived("block");
        failures.set(3);
        deliver(free, "past it");
        assertReceived("past it");
        release.countDown();
        dispatcher.close(System.nanoTime() + SECONDS.toNanos(5), System.nanoTime() + SECONDS.toNanos(5));
    }

    /** It was dropped with the task that would have taken it, and a loop that pauses is not woken by anything else. */
    @Test
    void stepIsTakenAgainAlthoughThereWasNoThreadForItAtFirst() throws Exception {
        AtomicInteger failures = new AtomicInteger(3);
        Dispatcher dispatcher = dispatcher(task -> failures.getAndDecrement() > 0 ? null : new Thread(task));
        Loop loop = new Loop(
                new Loop.Steps() {
                    @Override
                    public boolean isReady() {
                        return true;
                    }

                    @Override
                    public CompletableFuture<?> step() {
                        received.add("step");
                        return received.size() > 1
                                ? CompletableFuture.completedFuture(null)
                                : CompletableFuture.failedFuture(new IllegalStateException("says this test"));
                    }

                    @Override
                    public Purpose purpose() {
                        return Purpose.READ;
                    }

                    @Override
                    public void troubled(Throwable cause) {}

                    @Override
                    public void recovered() {}
                },
                new Later(new Machine(role -> Thread::new, timer), dispatcher));

        loop.wake();
        await().untilAsserted(() -> assertThat(received).containsExactly("step", "step"));
        dispatcher.close(System.nanoTime() + SECONDS.toNanos(5), System.nanoTime() + SECONDS.toNanos(5));
    }
}
