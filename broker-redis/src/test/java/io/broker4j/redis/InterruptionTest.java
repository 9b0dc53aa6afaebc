package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.BrokerEvent;
import io.broker4j.Health.Status;
import io.broker4j.testkit.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterruptionTest extends BehindProxy {
    private Transports transport;

    @Override
    RestrictedRedis startServer() {
        return RestrictedRedis.start("b4j:p.*");
    }

    @BeforeEach
    void open() {
        transport = Transports.open(RestrictedRedis.uri(proxy));
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void aKilledAndRestartedServerIsOneGapForEachSubscriptionAndAllAreLiveAgain() {
        transport.subscribed("a", "b", "p.*");
        redis.kill();
        await().atMost(Recorder.GENEROUS)
                .until(() -> transport.transport.health().publishing() == Status.DOWN);
        redis.restart();
        transport.awaitLive("a", "a");
        transport.awaitLive("b", "b");
        transport.awaitLive("p.*", "p.x");
        assertThat(transport.recorder.lines().stream()
                        .filter(line -> line.startsWith("renewed"))
                        .sorted())
                .containsExactly("renewed a", "renewed b", "renewed p.*");
        await().atMost(Recorder.GENEROUS)
                .untilAsserted(() -> assertThat(transport.recorder.kinds())
                        .containsExactly("Connected", "Disconnected", "Connected"));
    }

    @Test
    void killedSubscribeConnectionsAreReplacedAndAreOneGap() {
        transport.subscribed("a", "p.*");
        redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        transport.recorder.awaitLines("renewed a", "renewed p.*");
        assertThat(transport.transport.health().publishing()).isEqualTo(Status.UP);
        transport.awaitLive("a", "a");
        assertThat(transport.recorder.count("renewed a")).isEqualTo(1);
    }

    @Test
    void theGapIsReportedBeforeAnythingReceivedOverTheNewLink() {
        transport.subscribed("a");
        try (Transports publisher = Transports.open(redis.uri())) {
            publisher.published("a", "before");
            transport.recorder.awaitLines("a|a|before");
            proxy.reset();
            await().atMost(Recorder.GENEROUS).until(() -> {
                publisher.published("a", "after");
                return transport.recorder.count("a|a|after") > 0;
            });
        }
        assertThat(transport.recorder.lines().subList(0, 3)).containsExactly("a|a|before", "renewed a", "a|a|after");
    }

    @Test
    void aLinkCutBetweenTheConfirmationsOfThreeChannelsLeavesAllThreeLive() {
        transport.subscribed("zero");
        int confirmation = ">3\r\n$9\r\nsubscribe\r\n$7\r\nb4j:one\r\n:2\r\n".length();
        proxy.cutAfter(Direction.TO_CLIENT, confirmation);
        // A reset may overtake the confirmation forwarded before it.
        CompletableFuture<List<CompletableFuture<Void>>> asked = new CompletableFuture<>();
        AtomicBoolean oneWasConfirmed = new AtomicBoolean();
        transport.recorder.onEvent = event -> {
            if (event instanceof BrokerEvent.Disconnected) {
                oneWasConfirmed.set(Transports.get(asked).get(0).isDone());
            }
        };
        asked.complete(Stream.of("one", "two", "six").map(transport::subscribe).toList());
        asked.join().forEach(Transports::get);
        transport.awaitLive("one", "one");
        transport.awaitLive("two", "two");
        transport.awaitLive("six", "six");
        assertThat(transport.recorder.count("renewed zero")).isEqualTo(1);
        assertThat(transport.recorder.count("renewed one")).isEqualTo(oneWasConfirmed.get() ? 1 : 0);
        assertThat(transport.recorder.count("renewed two")).isZero();
        assertThat(transport.recorder.count("renewed six")).isZero();
    }

    @Test
    void twoInterruptionsBeforeOneConfirmationAreOneGap() {
        transport.subscribed("a");
        proxy.cut();
        await().atMost(Recorder.GENEROUS)
                .until(() -> transport.transport.health().publishing() == Status.DOWN);
        proxy.restore();
        proxy.cutAfter(Direction.TO_CLIENT, 10);
        transport.awaitLive("a", "a");
        assertThat(transport.recorder.count("renewed a")).isEqualTo(1);
    }

    @Test
    void whatIsSubscribedDuringAnOutageIsConfirmedAfterItWithoutAGap() {
        transport.subscribed("old");
        proxy.cut();
        await().atMost(Recorder.GENEROUS)
                .until(() -> transport.transport.health().receiving() == Status.DOWN);
        CompletableFuture<Void> fresh = transport.subscribe("fresh");
        transport.subscribe("dropped");
        transport.unsubscribe("dropped");
        proxy.restore();
        Transports.get(fresh);
        assertThat(transport.recorder.count("renewed fresh")).isZero();
        transport.recorder.awaitLines("renewed old");
        assertThat(redis.command("PUBSUB", "CHANNELS").lines()).containsExactlyInAnyOrder("b4j:old", "b4j:fresh");
    }

    @Test
    void aServerThatConfirmsNothingLosesTheLink() {
        transport.subscribed("a");
        proxy.stall(Direction.TO_CLIENT);
        CompletableFuture<Void> waiting = transport.subscribe("b");
        await().atMost(Recorder.GENEROUS)
                .until(() -> transport.recorder.events().stream()
                        .anyMatch(event -> event instanceof BrokerEvent.Disconnected));
        proxy.unstall(Direction.TO_CLIENT);
        Transports.get(waiting);
        transport.recorder.awaitLines("renewed a");
    }

    @Test
    void churnFromManyThreadsEndsInTheStateLastAskedFor() throws InterruptedException {
        int threads = 16;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CountDownLatch done = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            SplittableRandom random = new SplittableRandom(t);
            String topic = "churn." + t % 8;
            executor.execute(() -> {
                for (int i = 0; i < 500; i++) {
                    CompletableFuture<Void> confirmed = transport.subscribe(topic);
                    if (random.nextInt(10) == 0) {
                        confirmed
                                .completeOnTimeout(null, 100, TimeUnit.MILLISECONDS)
                                .join();
                    }
                    transport.unsubscribe(topic);
                }
                done.countDown();
            });
        }
        assertThat(done.await(Recorder.GENEROUS.toSeconds(), TimeUnit.SECONDS)).isTrue();
        executor.shutdown();
        await().atMost(Recorder.GENEROUS)
                .until(() -> redis.command("PUBSUB", "CHANNELS").isEmpty());
        List<String> topics = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            topics.add("churn." + t);
        }
        transport.subscribed(topics.toArray(String[]::new));
        topics.forEach(topic -> transport.awaitLive(topic, topic));
    }

    @Test
    void manyResetsInARowLeaveEveryChannelLive() {
        String[] topics = new String[600];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = "many." + i;
        }
        transport.subscribed(topics);
        for (int i = 0; i < 5; i++) {
            proxy.cutAfter(Direction.TO_CLIENT, 3_000 * (i + 1));
            redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            int round = i;
            await().atMost(Recorder.GENEROUS)
                    .until(() -> redis.command("PUBSUB", "CHANNELS").lines().count() == topics.length);
        }
        await().atMost(Recorder.GENEROUS)
                .until(() -> transport.transport.health().receiving() == Status.UNVERIFIED);
        transport.awaitLive("many.0", "many.0");
        transport.awaitLive("many.599", "many.599");
    }
}
