package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.BrokerEvent;
import io.broker4j.Health.Status;
import io.broker4j.PublishException;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishAndSubscribeTest {
    private static RestrictedRedis redis;
    private Transports one;
    private Transports two;

    @BeforeAll
    static void startServer() {
        redis = RestrictedRedis.start("b4j:p.*", "plain.topic");
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @BeforeEach
    void open() {
        one = Transports.open(redis.uri());
        two = Transports.open(redis.uri());
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    @Test
    void aMessageReachesSubscribersOnEveryTransportItsOwnToo() {
        one.subscribed("a.b");
        two.subscribed("a.b");
        one.published("a.b", "hello");
        one.recorder.awaitLines("a.b|a.b|hello");
        two.recorder.awaitLines("a.b|a.b|hello");
    }

    @Test
    void whatIsPublishedElsewhereRightAfterTheConfirmationIsReceived() {
        for (int i = 0; i < 1_000; i++) {
            one.subscribed("quick." + i);
            two.published("quick." + i, "now");
        }
        await().atMost(Recorder.GENEROUS)
                .untilAsserted(() -> assertThat(one.recorder.lines()).hasSize(1_000));
    }

    @Test
    void thousandsOfChannelsAreConfirmedEachByItself() {
        String[] topics = IntStream.range(0, 5_000).mapToObj(i -> "many." + i).toArray(String[]::new);
        one.subscribed(topics);
        assertThat(redis.command("PUBSUB", "CHANNELS", "b4j:many.*").lines()).hasSize(5_000);
    }

    @Test
    void messagesOfOneTopicArriveInTheOrderPublished() {
        one.subscribed("ordered");
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            sent.add(two.publish("ordered", Integer.toString(i)));
        }
        sent.forEach(Transports::get);
        await().atMost(Recorder.GENEROUS)
                .untilAsserted(() -> assertThat(one.recorder.lines()).hasSize(5_000));
        assertThat(one.recorder.lines())
                .isEqualTo(IntStream.range(0, 5_000)
                        .mapToObj(i -> "ordered|ordered|" + i)
                        .toList());
    }

    /** The thread that receives is also the one that writes: it could write at once what others must queue for it. */
    @Test
    void aPublishOnTheIoThreadDoesNotOvertakeAnEarlierOneOfAnotherThread() throws InterruptedException {
        DefaultEventLoopGroupProvider oneThread = new DefaultEventLoopGroupProvider(1);
        ClientResources resources =
                ClientResources.builder().eventLoopGroupProvider(oneThread).build();
        CountDownLatch receiving = new CountDownLatch(1);
        CountDownLatch firstPublished = new CountDownLatch(1);
        try (Transports transport = Transports.open(
                RedisBrokerBuilder.at(redis.uri()).resources(resources).rawWire())) {
            transport.recorder.onReceived = line -> {
                if (line.startsWith("go|")) {
                    receiving.countDown();
                    Transports.await(firstPublished);
                    transport.publish("order", "second");
                }
            };
            transport.subscribed("go", "order");
            transport.publish("go", "");
            Transports.await(receiving);
            transport.publish("order", "first");
            firstPublished.countDown();
            transport.recorder.awaitLines("order|order|first", "order|order|second");
            assertThat(transport.recorder.lines()).containsSubsequence("order|order|first", "order|order|second");
        } finally {
            resources.shutdown().awaitUninterruptibly();
            oneThread.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    @Test
    void twoFiltersWithOneGlobAreOnePhysicalSubscriptionAndEachGetsTheFrame() {
        one.subscribed("p.*", "p.>", "p.x");
        assertThat(redis.command("PUBSUB", "NUMPAT")).isEqualTo("1");
        two.published("p.x", "m");
        one.recorder.awaitLines("p.*|p.x|m", "p.>|p.x|m", "p.x|p.x|m");
        one.unsubscribe("p.*");
        one.unsubscribe("p.>");
        await().atMost(Recorder.GENEROUS)
                .until(() -> redis.command("PUBSUB", "NUMPAT").equals("0"));
    }

    @Test
    void aGlobDoesNotBringChannelsThatAreNoTopics() {
        one.subscribed(">");
        redis.command("PUBLISH", "b4j:__probe:x", "reserved");
        redis.command("PUBLISH", "b4j:not a topic", "invalid");
        redis.command("PUBLISH", "b4j:topic", "valid");
        one.recorder.awaitLines(">|topic|valid");
        assertThat(one.recorder.lines()).hasSize(1);
    }

    @Test
    void theLastUnsubscribeRemovesTheChannel() {
        one.subscribed("gone", "stays");
        one.unsubscribe("gone");
        await().atMost(Recorder.GENEROUS)
                .until(() -> redis.command("PUBSUB", "CHANNELS").equals("b4j:stays"));
    }

    @Test
    void anEmptyPrefixAndBareWireSpeakWithOtherPrograms() {
        try (Transports raw = Transports.open(redis.uri() + "?prefix=")) {
            raw.subscribed("plain.topic");
            redis.command("PUBLISH", "plain.topic", "from elsewhere");
            raw.recorder.awaitLines("plain.topic|plain.topic|from elsewhere");
            raw.published("plain.topic", "to elsewhere");
            raw.recorder.awaitLines("plain.topic|plain.topic|to elsewhere");
        }
    }

    @Test
    void anErrorReplyRejectsThePublishWithTheReplyAndTheRemedy() {
        redis.command("ACL", "SETUSER", "reader", "on", ">secret", "+@all", "-publish", "allchannels");
        redis.expectRefusals("command publish reader");
        try (Transports reader = Transports.open("redis://reader:secret@127.0.0.1:" + redis.port())) {
            assertThat(Transports.failure(reader.publish("a.b", "x")))
                    .isInstanceOfSatisfying(PublishException.class, rejected -> {
                        assertThat(rejected.outcome()).isEqualTo(PublishException.Outcome.REJECTED);
                        assertThat(rejected)
                                .hasMessageContaining("NOPERM")
                                .hasMessageContaining("ACL SETUSER reader +publish &b4j:*");
                    });
        }
    }

    @Test
    void aRefusedSubscriptionFailsNamingTheAclLineThatIsMissing() {
        redis.command(
                "ACL", "SETUSER", "narrow", "on", ">secret", "+@all", "resetchannels", "&b4j:allowed.*", "&b4j:*");
        redis.expectRefusals("channel other:a.b narrow", "channel other:a.* narrow");
        try (Transports narrow = Transports.open("redis://narrow:secret@127.0.0.1:" + redis.port() + "?prefix=other")) {
            assertThat(Transports.failure(narrow.subscribe("a.b")))
                    .hasMessageContaining("NOPERM")
                    .hasMessageContaining("ACL SETUSER narrow +subscribe &other:*");
            assertThat(Transports.failure(narrow.subscribe("a.*")))
                    .hasMessageContaining("ACL SETUSER narrow +psubscribe &other:a.*");
        }
    }

    @Test
    void oneRefusedChannelDoesNotHoldUpOthersAskedForWithIt() {
        redis.command("ACL", "SETUSER", "half", "on", ">secret", "+@all", "resetchannels", "&b4j:yes.*");
        redis.expectRefusals("channel b4j:no.1 half");
        try (Transports half = Transports.open("redis://half:secret@127.0.0.1:" + redis.port())) {
            CompletableFuture<Void> first = half.subscribe("yes.1");
            CompletableFuture<Void> denied = half.subscribe("no.1");
            CompletableFuture<Void> second = half.subscribe("yes.2");
            Transports.get(first);
            Transports.get(second);
            assertThat(Transports.failure(denied)).hasMessageContaining("NOPERM");
            half.unsubscribe("no.1");
            half.awaitLive("yes.2", "yes.2");
        }
    }

    @Test
    void healthIsUnverifiedForReceivingWithoutAProbe() {
        assertThat(one.transport.health().publishing()).isEqualTo(Status.UP);
        one.subscribed("h");
        assertThat(one.transport.health().receiving()).isEqualTo(Status.UNVERIFIED);
        assertThat(one.recorder.events())
                .containsExactly(new BrokerEvent.Connected("redis://127.0.0.1:" + redis.port()));
    }
}
