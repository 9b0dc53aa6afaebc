package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.PublishException;
import io.broker4j.Publisher;
import io.broker4j.Topic;
import io.broker4j.redis.chaos.Entry.Noted;
import io.broker4j.redis.chaos.Entry.Outcome;
import io.broker4j.redis.chaos.Entry.Published;
import io.broker4j.redis.chaos.Entry.Publishing;
import io.broker4j.redis.chaos.Entry.Stuck;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Publishes on all topics, one message after another and now and then a burst, and writes down what becomes of it. */
final class Talker {
    static final List<String> TOPICS = List.of("chaos.a", "chaos.b", "chaos.deep.c");

    private static final int MESSAGES_FOR_A_BURST = 40;
    /** What no pause between two messages lasts where there is a core to run on. */
    private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final Duration IN_FLIGHT_LIMIT = Duration.ofSeconds(5);

    /** How often, and how much. */
    enum Load {
        LIGHT(Duration.ofMillis(50), 10, 1),
        NORMAL(Duration.ofMillis(20), 1_000, 60),
        HEAVY(Duration.ofMillis(5), 4_000, 200);

        private final Duration period;
        private final int bytes;
        private final int burst;

        Load(Duration period, int bytes, int burst) {
            this.period = period;
            this.bytes = bytes;
            this.burst = burst;
        }
    }

    private final String name;
    private final Journal journal;
    private final Load load;
    private final SplittableRandom random;
    private final Map<String, Publisher<String>> publishers = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final String padding;
    private volatile long lastTalk;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong lastSuccess = new AtomicLong(Long.MIN_VALUE);
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread talking = new Thread(work, "chaos-talker");
        talking.setDaemon(true);
        return talking;
    });

    Talker(String name, Broker broker, Journal journal, Load load, long seed) {
        this.name = name;
        this.journal = journal;
        this.load = load;
        this.random = new SplittableRandom(seed ^ name.hashCode());
        this.padding = " ".repeat(load.bytes);
        TOPICS.forEach(topic -> publishers.put(topic, broker.publisher(Topic.text(topic))));
    }

    void start() {
        lastTalk = System.nanoTime();
        thread.scheduleAtFixedRate(this::talk, 0, load.period.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void talk() {
        long now = System.nanoTime();
        if (now - lastTalk > STUCK_NANOS) {
            journal.add(new Stuck(lastTalk, now, name));
        }
        lastTalk = now;
        String topic = TOPICS.get(random.nextInt(TOPICS.size()));
        int count = random.nextInt(MESSAGES_FOR_A_BURST) == 0 ? load.burst : 1;
        for (int i = 0; i < count; i++) {
            publish(topic);
        }
    }

    private void publish(String topic) {
        MessageId id = new MessageId(name, topic, numbers.merge(topic, 1L, Long::sum));
        long started = System.nanoTime();
        journal.add(new Publishing(started, id));
        inFlight.incrementAndGet();
        publishers.get(topic).publish(id + " " + started + padding).whenComplete((receipt, failure) -> {
            inFlight.decrementAndGet();
            ended(id, failure);
            if (failure == null) {
                lastSuccess.accumulateAndGet(started, Math::max);
            }
        });
    }

    private void ended(MessageId id, Throwable failure) {
        long now = System.nanoTime();
        if (failure == null) {
            journal.add(new Published(now, id, Outcome.OK));
        } else if (failure instanceof PublishException expected) {
            journal.add(new Published(now, id, Outcome.of(expected.outcome())));
        } else {
            journal.add(new Noted(now, name, "publish of " + id + " failed with " + failure));
        }
    }

    /** When the last publish that succeeded was begun. */
    long lastSuccess() {
        return lastSuccess.get();
    }

    /** Publishes no more, and waits for what is under way, though not for ever. */
    void stop() {
        thread.shutdown();
        Waiting.until(IN_FLIGHT_LIMIT, () -> inFlight.get() == 0);
    }
}
