package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import io.broker4j.testkit.Direction;
import io.broker4j.testkit.Rule;
import io.broker4j.testkit.TcpProxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BrokerOverRedisTest {
    private static final Topic<String> TOPIC = Topic.text("broker.over.redis");
    private static RestrictedRedis redis;

    @BeforeAll
    static void startServer() {
        redis = RestrictedRedis.start();
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    /** Collects payloads, headers and gaps in their order. */
    private static final class Lines implements Subscriber<String> {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void onMessage(Message<String> message) {
            lines.add(message.payload() + message.headers());
        }

        @Override
        public void onGap(Gap gap) {
            lines.add(gap.reason().name());
        }

        void awaitLine(String line) {
            await().atMost(Recorder.GENEROUS).until(() -> lines.contains(line));
        }
    }

    @Test
    void framesCarryHeadersBetweenBrokers() {
        try (Broker one = Broker.open(redis.uri());
                Broker two = Broker.open(redis.uri())) {
            Lines lines = new Lines();
            one.subscribe(TOPIC, lines).join();
            two.publisher(TOPIC).publish("hello", Map.of("k", "v")).join();
            lines.awaitLine("hello{k=v}");
        }
    }

    @Test
    void aBareTextOfAnotherProgramReachesATextSubscriber() {
        try (Broker broker = Broker.open(redis.uri())) {
            Lines lines = new Lines();
            broker.subscribe(TOPIC, lines).join();
            redis.command("PUBLISH", "b4j:" + TOPIC, "bare");
            lines.awaitLine("bare{}");
        }
    }

    @Test
    void rawWireRefusesHeadersAsUnsupportedAndNotSent() {
        try (Broker broker = Broker.open(redis.uri() + "?wire=raw")) {
            Throwable failure = Transports.failure(broker.publisher(TOPIC).publish("x", Map.of("k", "v")));
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            PublishException.class,
                            refused -> assertThat(refused.outcome()).isEqualTo(Outcome.NOT_SENT))
                    .hasCauseInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("wire=framed");
        }
    }

    @Test
    void oneOutageIsOneGapAndMessagesFlowAgain() {
        try (TcpProxy proxy = TcpProxy.to(redis.port());
                Broker broker = Broker.open(RestrictedRedis.uri(proxy));
                Broker publisher = Broker.open(redis.uri())) {
            Lines lines = new Lines();
            broker.subscribe(TOPIC, lines).join();
            publisher.publisher(TOPIC).publish("before").join();
            lines.awaitLine("before{}");
            proxy.cut();
            publisher.publisher(TOPIC).publish("lost").join();
            proxy.restore();
            lines.awaitLine("DISCONNECTED");
            publisher.publisher(TOPIC).publish("after").join();
            lines.awaitLine("after{}");
            assertThat(lines.lines).containsExactly("before{}", "DISCONNECTED", "SEQUENCE", "after{}");
        }
    }

    @Test
    void aPublishWithoutAnAnswerIsUnknownInTimeAndTheNextOneWorks() {
        try (TcpProxy proxy = TcpProxy.to(redis.port());
                Broker broker = Broker.open(RestrictedRedis.uri(proxy) + "?publishTimeout=300ms")) {
            proxy.stall(Direction.TO_CLIENT);
            long begin = System.nanoTime();
            PublishException failure = (PublishException)
                    Transports.failure(broker.publisher(TOPIC).publish("unanswered"));
            assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(3));
            proxy.unstall(Direction.TO_CLIENT);
            await().atMost(Recorder.GENEROUS)
                    .until(() -> broker.publisher(TOPIC)
                            .publish("answered")
                            .handle((receipt, failed) -> failed == null)
                            .join());
        }
    }

    /** It went over the connection that was about to end, and so was UNKNOWN too. */
    @Test
    @Rule("P4")
    void aPublishByAStageOfOneThatIsGivenUpIsNotSent() {
        try (TcpProxy proxy = TcpProxy.to(redis.port());
                Broker broker = Broker.open(RestrictedRedis.uri(proxy) + "?probe=off&publishTimeout=300ms")) {
            proxy.stall(Direction.TO_CLIENT);
            CompletableFuture<Throwable> failure = broker.publisher(TOPIC)
                    .publish("unanswered")
                    .handle((receipt, late) -> broker.publisher(TOPIC).publish("by its stage"))
                    .thenCompose(second -> second.handle((receipt, refused) -> refused));
            assertThat(Transports.get(failure))
                    .asInstanceOf(InstanceOfAssertFactories.type(PublishException.class))
                    .extracting(PublishException::outcome)
                    .isEqualTo(Outcome.NOT_SENT);
        }
    }

    @Test
    void sixtyFourThreadsOpeningAndClosingLeaveOneSubscriptionPerTopic() {
        try (Broker broker = Broker.open(redis.uri())) {
            List<CompletableFuture<Void>> churn = IntStream.range(0, 64)
                    .mapToObj(thread -> CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < 30; i++) {
                                    broker.subscribe(Topic.text("churn." + (thread + i) % 8), message -> {})
                                            .join()
                                            .close();
                                }
                            },
                            work -> new Thread(work).start()))
                    .toList();
            churn.forEach(Transports::get);
            await().atMost(Recorder.GENEROUS)
                    .until(() ->
                            redis.command("PUBSUB", "CHANNELS", "b4j:churn.*").isEmpty());
        }
    }
}
