package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.Publisher;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.testkit.RedisServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What many groups on one durable topic cost the server: for each number of {@code --groups} (1,10,100,400) its processor time
 * while nothing happens, over {@code --seconds} (10), and for each of {@code --messages} (30) and each group that gets it.
 * Other groups must not make a group's message dearer. Prints; judges nothing.
 */
final class GroupsMain {
    private static final Topic<String> TOPIC = Topic.text("many.groups").durable(Retention.count(1_000));
    private static final Pattern CPU = Pattern.compile("used_cpu_(?:sys|user):([0-9.]+)");
    private static final long LIMIT_SECONDS = 60;

    private GroupsMain() {}

    /** Runs it. */
    public static void main(String... args) throws InterruptedException {
        Options options = Options.of(args, "groups", "seconds", "messages");
        System.out.println("groups   idle: % of a core   a message and group: us   a message: ms");
        for (String groups : options.text("groups", "1,10,100,400").split(",")) {
            measure(Integer.parseInt(groups), options.number("seconds", 10), (int) options.number("messages", 30));
        }
    }

    private static void measure(int groups, long seconds, int messages) throws InterruptedException {
        try (RedisServer redis = RedisServer.start();
                Broker broker = Broker.open(redis.uri());
                Broker other = Broker.open(redis.uri())) {
            Deliveries deliveries = new Deliveries();
            for (int i = 0; i < groups; i++) {
                SubscribeOptions group = SubscribeOptions.DEFAULTS.withGroup("group-" + i);
                broker.subscribe(TOPIC, group, message -> deliveries.latch.countDown())
                        .join();
            }
            Publisher<String> publisher = other.publisher(TOPIC);
            deliveries.publish(publisher, groups);
            double before = cpuSeconds(redis);
            Waiting.pass(Duration.ofSeconds(seconds));
            double idle = (cpuSeconds(redis) - before) / seconds;
            long started = System.nanoTime();
            before = cpuSeconds(redis);
            for (int i = 0; i < messages; i++) {
                deliveries.publish(publisher, groups);
            }
            double elapsed = (System.nanoTime() - started) / 1e9;
            double message = Math.max(0, cpuSeconds(redis) - before - idle * elapsed) / messages;
            System.out.printf(
                    "%6d   %17.2f   %24.0f   %14.1f%n", groups, idle * 100, message / groups * 1e6, message * 1e3);
        }
    }

    /** Those of the message that is under way. */
    private static final class Deliveries {
        private volatile CountDownLatch latch = new CountDownLatch(0);

        void publish(Publisher<String> publisher, int groups) throws InterruptedException {
            latch = new CountDownLatch(groups);
            publisher.publish("a message").join();
            if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("not every group had the message within " + LIMIT_SECONDS + " s");
            }
        }
    }

    private static double cpuSeconds(RedisServer redis) {
        Matcher seconds = CPU.matcher(redis.command("INFO", "cpu"));
        return Stream.iterate(seconds, Matcher::find, match -> match)
                .mapToDouble(match -> Double.parseDouble(match.group(1)))
                .sum();
    }
}
