package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Health.Status;
import io.broker4j.Message;
import io.broker4j.PublishException;
import io.broker4j.Publisher;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.testkit.RedisServer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that is stopped for 20 s with its connections open, as a broker and a program on bare Lettuce see it: prints what
 * either of them says, and when. Exit status 1 if the broker was not red within 10 s, not red until the server went on, not
 * healed within 5 s of that, or told of more or less than one gap.
 */
final class DeafMain implements Subscriber<String> {
    private static final Duration BEFORE = Duration.ofSeconds(5);
    private static final Duration STOPPED = Duration.ofSeconds(20);
    private static final Duration AFTER = Duration.ofSeconds(8);
    private static final Topic<String> TOPIC = Topic.text("deaf");
    private static final double NOT_YET = Double.MAX_VALUE;

    private final Timeline timeline = new Timeline(System.out);
    private final Broker broker;
    private final Publisher<String> publisher;
    private final Map<String, AtomicInteger> publishes = new ConcurrentHashMap<>();
    private final AtomicInteger gaps = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private volatile double stoppedAt = NOT_YET;
    private volatile double resumedAt = NOT_YET;
    private volatile double deafAt = NOT_YET;
    private volatile double healedAt = NOT_YET;
    private volatile boolean greenWhileDeaf;

    private DeafMain(String locator) {
        broker = Broker.open(locator);
        broker.onEvent(event -> timeline.add("Broker4J", event.toString()));
        broker.subscribe(TOPIC, this).join();
        publisher = broker.publisher(TOPIC);
    }

    /** Runs it. */
    public static void main(String... args) {
        Options.of(args);
        try (RedisServer redis = RedisServer.start()) {
            DeafMain main = new DeafMain(redis.uri());
            boolean kept;
            try (BareLettuce bare = new BareLettuce(redis.uri(), main.timeline)) {
                kept = main.compare(redis, bare);
            } finally {
                main.broker.close();
            }
            if (!kept) {
                System.exit(1);
            }
        }
    }

    private boolean compare(RedisServer redis, BareLettuce bare) {
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
        try {
            clock.scheduleAtFixedRate(this::tick, 0, 100, TimeUnit.MILLISECONDS);
            clock.scheduleAtFixedRate(bare::tick, 0, 100, TimeUnit.MILLISECONDS);
            Waiting.pass(BEFORE);
            timeline.add("server", "SIGSTOP");
            stoppedAt = timeline.seconds();
            redis.pause();
            Waiting.pass(STOPPED);
            timeline.add("server", "SIGCONT");
            redis.resume();
            resumedAt = timeline.seconds();
            Waiting.pass(AFTER);
        } finally {
            clock.shutdownNow();
        }
        System.out.println("\nBroker4J: " + publishes + ", " + received + " received, " + gaps + " gap");
        System.out.println("Lettuce:  " + bare.summary());
        return isKept();
    }

    private void tick() {
        publisher.publish(Double.toString(timeline.seconds())).whenComplete((receipt, failure) -> {
            String outcome =
                    failure instanceof PublishException known ? known.outcome().name() : "OK";
            publishes.computeIfAbsent(outcome, unknown -> new AtomicInteger()).incrementAndGet();
            timeline.state("Broker4J", "publish", outcome);
        });
        timeline.state("Broker4J", "health", broker.health());
        boolean deaf = broker.health().receiving() == Status.DOWN;
        double now = timeline.seconds();
        if (deaf && now > stoppedAt) {
            deafAt = Math.min(deafAt, now);
        }
        greenWhileDeaf |= !deaf && now > deafAt && now < resumedAt && resumedAt == NOT_YET;
    }

    @Override
    public void onMessage(Message<String> message) {
        received.incrementAndGet();
        if (Double.parseDouble(message.payload()) > resumedAt && healedAt == NOT_YET) {
            healedAt = timeline.seconds();
            timeline.add("Broker4J", "receives again");
        }
    }

    @Override
    public void onGap(Gap gap) {
        gaps.incrementAndGet();
        timeline.add("Broker4J", gap.toString());
    }

    private boolean isKept() {
        System.out.printf(
                Locale.ROOT,
                "deaf found %.1f s after SIGSTOP (at most 10), red until SIGCONT: %s, healed %.1f s after it (at most 5)%n",
                deafAt - stoppedAt,
                !greenWhileDeaf,
                healedAt - resumedAt);
        return deafAt - stoppedAt <= 10 && !greenWhileDeaf && healedAt - resumedAt <= 5 && gaps.get() == 1;
    }
}
