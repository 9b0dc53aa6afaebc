package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Publisher;
import io.broker4j.Retention;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Ten jobs, the first of them long, for two members of a group with default options, each on a broker of its own. */
final class WorkQueueRun {
    private static final int JOBS = 10;
    private static final Duration LONG = Duration.ofSeconds(8);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LIMIT = LONG.multipliedBy(4);

    /** The short jobs take 0.9 s, one after another, and the member that has the long one keeps them for up to 1 s. */
    private static final double SHORT_DONE_SECONDS = LONG.toSeconds() / 2.0;

    /** Times in seconds since the first job began. */
    record Job(int number, int member, int attempt, double began, double ended) {}

    private final Queue<Job> done = new ConcurrentLinkedQueue<>();
    private final AtomicLong startNanos = new AtomicLong();

    private WorkQueueRun() {}

    /** The jobs done, in the order of their ends. */
    static List<Job> run(String locator) {
        Topic<String> topic = Topic.text("workqueue").durable(Retention.count(1_000));
        SubscribeOptions group = SubscribeOptions.DEFAULTS.withGroup("workers");
        WorkQueueRun run = new WorkQueueRun();
        try (Broker one = Broker.open(locator);
                Broker two = Broker.open(locator)) {
            one.subscribe(topic, group, job -> run.work(1, job)).join();
            two.subscribe(topic, group, job -> run.work(2, job)).join();
            Publisher<String> publisher = one.publisher(topic);
            for (int number = 1; number <= JOBS; number++) {
                publisher.publish(Integer.toString(number));
            }
            Waiting.until(LIMIT, () -> run.done.size() >= JOBS);
        }
        return List.copyOf(run.done);
    }

    private void work(int member, Message<String> message) {
        int number = Integer.parseInt(message.payload());
        startNanos.compareAndSet(0, System.nanoTime());
        double began = seconds();
        Waiting.pass(number == 1 ? LONG : SHORT);
        done.add(new Job(number, member, message.attempt(), began, seconds()));
    }

    private double seconds() {
        return (System.nanoTime() - startNanos.get()) / 1e9;
    }

    /** Whether each job was done once, and the short ones did not wait for the long one. */
    static boolean isKept(List<Job> jobs) {
        return jobs.size() == JOBS
                && jobs.stream().map(Job::number).distinct().count() == JOBS
                && jobs.stream().allMatch(job -> job.attempt() == 1)
                && jobs.stream().allMatch(job -> job.number() == 1 || job.ended() < SHORT_DONE_SECONDS);
    }
}
