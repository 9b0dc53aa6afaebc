package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.PublishException;
import io.broker4j.Publisher;
import io.broker4j.Topic;
import io.broker4j.redis.chaos.Entry.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Publishes numbered messages on one topic at a steady pace, whatever becomes of them, and keeps what does. */
final class Announcer implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final Topic<String> topic;
    private final Publisher<String> publisher;
    private final AtomicLong attempts = new AtomicLong();
    private final AtomicLong lastAcknowledged = new AtomicLong();
    private final Map<MessageId, Outcome> outcomes = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread announcing = new Thread(work, "chaos-announcer");
        announcing.setDaemon(true);
        return announcing;
    });

    Announcer(String name, Broker broker, Topic<String> topic) {
        this.name = name;
        this.topic = topic;
        publisher = broker.publisher(topic);
    }

    void start(Duration period) {
        thread.scheduleAtFixedRate(this::announce, 0, period.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** A failure of another kind than was promised is no answer. */
    private void announce() {
        MessageId id = new MessageId(name, topic.name(), attempts.incrementAndGet());
        publisher.publish(id.toString()).whenComplete((receipt, failure) -> {
            if (failure == null) {
                lastAcknowledged.accumulateAndGet(id.number(), Math::max);
                outcomes.put(id, Outcome.OK);
            } else if (failure instanceof PublishException known) {
                outcomes.put(id, Outcome.of(known.outcome()));
            }
        });
    }

    /** Publishes no more, and waits for the answers, though not for ever. */
    void stop() throws InterruptedException {
        thread.shutdown();
        thread.awaitTermination(ANSWER_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        Waiting.until(ANSWER_LIMIT, () -> unanswered() == 0);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** How many were published or tried to be; also the number of the last. */
    long attempts() {
        return attempts.get();
    }

    /** The highest number of those that succeeded, 0 if none has. */
    long lastAcknowledged() {
        return lastAcknowledged.get();
    }

    long unanswered() {
        return attempts() - outcomes.size();
    }

    Set<MessageId> with(Outcome outcome) {
        return outcomes.entrySet().stream()
                .filter(ended -> ended.getValue() == outcome)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
