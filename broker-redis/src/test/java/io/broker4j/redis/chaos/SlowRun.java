package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Retention;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.stream.LongStream;

/**
 * A {@link SlowReader} behind a publisher that is more than twice as quick, in this JVM, on a durable topic and then on a live
 * one. As many messages have been published before it comes: by then the log of the durable topic is full, wherever it is kept,
 * and what the heap grows by is held for the reader.
 */
final class SlowRun {
    static final String BROKER = "broker";

    private static final Topic<byte[]> LIVE = Topic.bytes("slow");
    private static final int MESSAGES = 10_000;
    private static final int LENGTH = 2_048;
    /** A quarter of what all messages together would take; a full mailbox takes a tenth. */
    private static final long FLAT = MESSAGES * LENGTH / 4L;

    private static final int BURST = 50;
    private static final Duration BETWEEN_BURSTS = Duration.ofMillis(100);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    /** Twice what the reader takes. */
    private static final Duration LIMIT =
            SlowReader.HANDLING.multipliedBy(MESSAGES).plus(SlowReader.PAUSE).multipliedBy(2);

    private final Account account = new Account();
    private final LongAccumulator mostHeap = new LongAccumulator(Math::max, 0);
    private final Broker broker;
    private final Topic<byte[]> topic;

    private SlowRun(Broker broker, Topic<byte[]> topic) {
        this.broker = broker;
        this.topic = topic;
    }

    /** Runs it with the {@code --broker} given. Exit status 1 if a promise is broken. */
    public static void main(String... args) {
        String locator = Options.of(args, BROKER).text(BROKER, "memory:");
        boolean isKept = true;
        for (Topic<byte[]> topic : List.of(LIVE.durable(Retention.count(MESSAGES)), LIVE)) {
            try (Broker broker = Broker.open(locator)) {
                isKept &= new SlowRun(broker, topic).run();
            }
        }
        System.exit(isKept ? 0 : 1);
    }

    private boolean run() {
        publish(Duration.ZERO);
        Subscription subscription =
                broker.subscribe(topic, new SlowReader(account, MESSAGES / 10)).join();
        long heapAtStart = Usage.now().heap();
        ScheduledExecutorService lookout = Executors.newSingleThreadScheduledExecutor();
        try {
            lookout.scheduleAtFixedRate(this::look, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
            publish(BETWEEN_BURSTS);
            Waiting.until(LIMIT, () -> account.accounted() >= MESSAGES && isIdle(subscription));
        } finally {
            lookout.shutdown();
        }
        return report(heapAtStart, Usage.now().heap());
    }

    private boolean report(long heapAtStart, long heapAtEnd) {
        boolean isDurable = topic.isDurable();
        boolean isKept = (isDurable ? account.isComplete(MESSAGES) : account.isExact(MESSAGES))
                && mostHeap.get() - Math.min(heapAtStart, heapAtEnd) < FLAT;
        System.out.printf(
                Locale.ROOT,
                "%-8s %s; MiB of heap after GC: %.1f at start, %.1f at most, %.1f at the end: %s%n",
                isDurable ? "durable" : "live",
                account.line(MESSAGES),
                mebibytes(heapAtStart),
                mebibytes(mostHeap.get()),
                mebibytes(heapAtEnd),
                isKept ? "kept" : "BROKEN");
        return isKept;
    }

    private void look() {
        mostHeap.accumulate(Usage.now().heap());
    }

    private static double mebibytes(long bytes) {
        return bytes / 1_048_576.0;
    }

    private static boolean isIdle(Subscription subscription) {
        Subscription.Stats stats = subscription.stats();
        return stats.queued() == 0 && stats.lag().orElse(0) == 0;
    }

    /** All of them, burst by burst; each has to succeed. */
    private void publish(Duration between) {
        Publisher<byte[]> publisher = broker.publisher(topic);
        for (int first = 1; first <= MESSAGES; first += BURST) {
            LongStream.range(first, first + BURST)
                    .mapToObj(number -> publisher.publish(SlowReader.numbered(number, LENGTH)))
                    .toList()
                    .forEach(CompletableFuture<Receipt>::join);
            Waiting.pass(between);
        }
    }
}
