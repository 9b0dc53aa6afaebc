package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** One message to each of many handlers, while another subscriber is sent one every few milliseconds. */
final class IsolationRun {
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(3);
    private static final Duration BEFORE = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NAME = "isolation";

    private final Load load;
    private final CountDownLatch started;
    private final CountDownLatch release = new CountDownLatch(1);
    private final LongAccumulator longestWait = new LongAccumulator(Math::max, 0);
    private final LongAccumulator lastStart = new LongAccumulator(Math::max, Long.MIN_VALUE);

    /** What the handlers do, as many as there are spread over as many topics. */
    record Load(int handlers, int topics, String kind, Duration length) {
        static Load blocking(int handlers, int topics) {
            return new Load(handlers, topics, "block", Duration.ZERO);
        }

        static Load sleeping(int handlers, int topics, Duration length) {
            return new Load(handlers, topics, "sleep", length);
        }

        static Load busy(int handlers, int topics, Duration length) {
            return new Load(handlers, topics, "compute", length);
        }

        boolean isBlocking() {
            return kind.equals("block");
        }

        @Override
        public String toString() {
            return handlers + " that " + kind + (isBlocking() ? "" : " for " + length.toNanos() / 1_000 + " us")
                    + (topics == 1 ? ", one topic" : ", a topic each");
        }
    }

    /** In milliseconds: from the first publish to the start of the last handler, and the independent subscriber's longest wait. */
    record Figures(double lastStart, double independent) {}

    private IsolationRun(Load load) {
        this.load = load;
        this.started = new CountDownLatch(load.handlers);
    }

    static Figures onBroker(String locator, Load load) throws InterruptedException {
        IsolationRun run = new IsolationRun(load);
        try (Broker broker = Broker.open(locator)) {
            List<Topic<String>> topics = IntStream.range(0, load.topics)
                    .mapToObj(i -> Topic.text(NAME + "." + i))
                    .toList();
            List<CompletableFuture<Subscription>> subscribing = IntStream.range(0, load.handlers)
                    .mapToObj(i -> broker.subscribe(topics.get(i % load.topics), message -> run.handle()))
                    .toList();
            Topic<String> independent = Topic.text(NAME);
            broker.subscribe(independent, message -> run.probed(Long.parseLong(message.payload())))
                    .join();
            subscribing.forEach(CompletableFuture::join);
            List<Publisher<String>> publishers =
                    topics.stream().map(broker::publisher).toList();
            Publisher<String> probe = broker.publisher(independent);
            return run.measure(
                    () -> publishers.stream()
                            .map(publisher -> publisher.publish("x"))
                            .toList()
                            .forEach(CompletableFuture<Receipt>::join),
                    () -> probe.publish(Long.toString(System.nanoTime())));
        }
    }

    static Figures onPool(Load load) throws InterruptedException {
        IsolationRun run = new IsolationRun(load);
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            return run.measure(
                    () -> {
                        for (int i = 0; i < load.handlers; i++) {
                            pool.execute(run::handle);
                        }
                    },
                    () -> {
                        long at = System.nanoTime();
                        pool.execute(() -> run.probed(at));
                    });
        } finally {
            pool.shutdown();
            pool.awaitTermination(
                    LIMIT.toMillis(), TimeUnit.MILLISECONDS); // as close() does: its threads end in its own round
        }
    }

    private Figures measure(Runnable publishing, Runnable probing) throws InterruptedException {
        ScheduledExecutorService prober = Executors.newSingleThreadScheduledExecutor();
        try {
            prober.scheduleAtFixedRate(probing, 0, BETWEEN_PROBES.toMillis(), TimeUnit.MILLISECONDS);
            Waiting.pass(BEFORE);
            long begin = System.nanoTime();
            publishing.run();
            if (!started.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(started.getCount() + " handlers did not start: " + load);
            }
            Waiting.pass(BEFORE);
            return new Figures(millis(lastStart.get() - begin), millis(longestWait.get()));
        } finally {
            release.countDown();
            prober.shutdown();
        }
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private void probed(long at) {
        longestWait.accumulate(System.nanoTime() - at);
    }

    private void handle() {
        long begin = System.nanoTime();
        lastStart.accumulate(begin);
        started.countDown();
        if (load.isBlocking()) {
            awaitRelease();
        } else if (load.kind.equals("sleep")) {
            LockSupport.parkNanos(load.length.toNanos());
        } else {
            while (System.nanoTime() - begin < load.length.toNanos()) {
                Thread.onSpinWait();
            }
        }
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
