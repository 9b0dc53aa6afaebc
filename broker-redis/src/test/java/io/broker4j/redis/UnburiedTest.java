package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Retry;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Dead letters that the server refuses, as it does when it is full, are no reason to stop (L5). */
class UnburiedTest {
    private static final int LETTERS = 30;
    private static final int MANY = 150;
    private static final Topic<String> JOBS = Topic.text("jobs").durable(Retention.count(1_000));
    private static final Topic<String> DEAD = Topic.text("dead.g.jobs").durable(Retention.count(1_000));
    private static final SubscribeOptions ONCE =
            SubscribeOptions.DEFAULTS.withGroup("g").withRetry(Retry.DEFAULTS.withMaxDeliveries(1));

    /** A member keeps at most 64 that it cannot write, and waits. */
    @Test
    void whatHoldsTheGroupUpIsToldWhileItLasts() {
        try (RestrictedRedis redis = RestrictedRedis.startForLogs();
                Broker broker = Broker.open(redis.uri())) {
            List<String> events = new CopyOnWriteArrayList<>();
            broker.onEvent(event -> events.add(event.toString()));
            redis.command("SET", "b4j:" + DEAD, "no stream");
            Inbox<String> inbox = new Inbox<String>().failWhen(text -> true, new IllegalStateException("no"));
            broker.subscribe(JOBS, ONCE, inbox).join();
            IntStream.range(0, MANY)
                    .forEach(number ->
                            broker.publisher(JOBS).publish("bad " + number).join());
            await().atMost(Recorder.GENEROUS)
                    .until(() -> events.stream().anyMatch(event -> event.contains("takes nothing new until")));
            assertThat(inbox.payloads()).hasSizeLessThan(MANY);

            redis.command("DEL", "b4j:" + DEAD);
            await().atMost(Recorder.GENEROUS)
                    .until(() -> redis.command("XLEN", "b4j:" + DEAD).equals(Integer.toString(MANY)));
            await().atMost(Recorder.GENEROUS)
                    .until(() -> events.stream().anyMatch(event -> event.startsWith("Restored")));
        }
    }

    /** What a dead member has left may be a dead letter at once. */
    @Test
    void oneThatWasTakenOverHoldsUpNoOther() {
        try (RestrictedRedis redis = RestrictedRedis.startForLogs();
                Broker broker = Broker.open(redis.uri())) {
            String log = "b4j:" + JOBS;
            redis.command("SET", "b4j:" + DEAD, "no stream");
            redis.command("XGROUP", "CREATE", log, "g", "0", "MKSTREAM");
            String id = broker.publisher(JOBS)
                    .publish("left")
                    .join()
                    .position()
                    .orElseThrow()
                    .toString();
            redis.command("XREADGROUP", "GROUP", "g", "gone", "STREAMS", log, ">");
            redis.command("XCLAIM", log, "g", "gone", "0", id, "IDLE", "3600000", "RETRYCOUNT", "1", "JUSTID");
            Inbox<String> inbox = new Inbox<>(Recorder.GENEROUS);
            broker.subscribe(JOBS, ONCE, inbox).join();
            await().atMost(Recorder.GENEROUS)
                    .until(() -> !redis.command("XPENDING", log, "g").contains("gone"));
            broker.publisher(JOBS).publish("good").join();

            assertThat(inbox.awaitUpTo("good")).containsExactly("good");
        }
    }

    @Test
    void theOthersGoOnAndTheyAreBuriedAsSoonAsTheyCanBe() {
        try (RestrictedRedis redis = RestrictedRedis.startForLogs();
                Broker broker = Broker.open(redis.uri())) {
            List<String> events = new CopyOnWriteArrayList<>();
            broker.onEvent(event -> {
                if (event instanceof BrokerEvent.Degraded) {
                    events.add(event.toString());
                }
            });
            redis.command("SET", "b4j:" + DEAD, "no stream");
            Inbox<String> inbox =
                    new Inbox<String>().failWhen(text -> text.startsWith("bad"), new IllegalStateException("no"));
            broker.subscribe(JOBS, ONCE, inbox).join();
            List<String> bad = IntStream.range(0, LETTERS)
                    .mapToObj(number -> "bad " + number)
                    .toList();
            bad.forEach(text -> broker.publisher(JOBS).publish(text).join());
            await().atMost(Recorder.GENEROUS).until(() -> !events.isEmpty());
            assertThat(events.get(0)).contains("b4j:" + DEAD);
            for (int i = 0; i < LETTERS; i++) {
                broker.publisher(JOBS).publish("good " + i).join();
                inbox.awaitUpTo("good " + i);
            }

            redis.command("DEL", "b4j:" + DEAD);
            Inbox<String> dead = new Inbox<>(Recorder.GENEROUS);
            broker.subscribe(DEAD, SubscribeOptions.DEFAULTS.withStart(Start.earliest()), dead)
                    .join();
            assertThat(dead.await(LETTERS)).containsExactlyInAnyOrderElementsOf(bad);
        }
    }
}
