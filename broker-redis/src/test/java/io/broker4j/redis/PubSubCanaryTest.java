package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.testkit.RedisServer;
import io.broker4j.testkit.ScriptedServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of Pub/Sub, as Redis and Lettuce do it, our design rests on: when one of these fails, a work-around may go. */
class PubSubCanaryTest {
    private static RedisServer redis;
    private RedisClient client;
    private StatefulRedisPubSubConnection<String, String> connection;

    @BeforeAll
    static void startServer() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @BeforeEach
    void connect() {
        client = RedisClient.create(redis.uri());
        connection = client.connectPubSub();
    }

    @AfterEach
    void close() {
        client.shutdown();
    }

    /** Writes down what it hears. */
    private static class Listener extends RedisPubSubAdapter<String, String> {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public void message(String channel, String message) {
            heard.add(message);
        }

        @Override
        public void message(String pattern, String channel, String message) {
            heard.add(pattern + " " + message);
        }
    }

    private Listener listen() {
        Listener listener = new Listener();
        connection.addListener(listener);
        return listener;
    }

    private void subscribe(String channel) {
        Transports.get(connection.async().subscribe(channel).toCompletableFuture());
    }

    private static void awaitHeard(Listener listener, String message) {
        Recorder.eventually().until(() -> listener.heard.contains(message));
    }

    /** Fact 4. If it fails: Lettuce notices by itself what the probe and the PING are for. */
    @Test
    void aConnectionToAServerThatHasStoppedLooksOpen() {
        subscribe("a");
        redis.pause();
        try {
            RedisFuture<String> ping = connection.async().ping();
            assertThat(Transports.failure(ping.toCompletableFuture().orTimeout(300, TimeUnit.MILLISECONDS)))
                    .isInstanceOf(TimeoutException.class);
            assertThat(connection.isOpen()).isTrue();
        } finally {
            redis.resume();
        }
    }

    /** Fact 5. If it fails: more than one listener on a connection would be safe. */
    @Test
    void aListenerThatThrowsStarvesTheNext() {
        connection.addListener(new Listener() {
            @Override
            public void message(String channel, String message) {
                if (message.equals("bad")) {
                    throw new IllegalStateException("thrown on purpose");
                }
            }
        });
        Listener next = listen();
        subscribe("a");
        redis.command("PUBLISH", "a", "bad");
        redis.command("PUBLISH", "a", "good");
        awaitHeard(next, "good");
        assertThat(next.heard).containsExactly("good");
    }

    /** Fact 5. If it fails: {@link SubscribeLink} might do more than hand on. */
    @Test
    void aListenerThatBlocksHoldsUpEveryChannel() {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        connection.addListener(new Listener() {
            @Override
            public void message(String channel, String message) {
                if (channel.equals("a")) {
                    blocked.countDown();
                    Transports.await(released);
                }
            }
        });
        Listener next = listen();
        subscribe("a");
        subscribe("b");
        redis.command("PUBLISH", "a", "1");
        Transports.await(blocked);
        redis.command("PUBLISH", "b", "2");
        RedisFuture<String> ping = connection.async().ping();
        assertThat(Transports.failure(ping.toCompletableFuture().orTimeout(300, TimeUnit.MILLISECONDS)))
                .isInstanceOf(TimeoutException.class);
        assertThat(next.heard).isEmpty();
        released.countDown();
        awaitHeard(next, "2");
    }

    /** Fact 7. If it fails: the fan-out of {@link Channels} could be left to Redis. */
    @Test
    void aChannelAndThreePatternsThatMatchAreFourCopies() {
        Listener listener = listen();
        subscribe("a.b");
        Transports.get(connection.async().psubscribe("a.*", "*.b", "*").toCompletableFuture());
        redis.command("PUBLISH", "a.b", "m");
        redis.command("PUBLISH", "end", "end");
        awaitHeard(listener, "* end");
        assertThat(listener.heard).containsExactlyInAnyOrder("m", "a.* m", "*.b m", "* m", "* end");
    }

    /** Fact 7. If it fails: the engine need not match again what a glob of {@link ChannelNames} has matched. */
    @Test
    void aGlobsStarCrossesDotsAndSlashes() {
        Listener listener = listen();
        Transports.get(connection.async().psubscribe("a.*").toCompletableFuture());
        redis.command("PUBLISH", "a.b.c/d", "m");
        awaitHeard(listener, "a.* m");
    }

    /** Fact 8. If it fails: {@link ChannelState} need not know who else wants the channel. */
    @Test
    void twoSubscribesAndOneUnsubscribeLeaveNothing() {
        subscribe("a");
        subscribe("a");
        Transports.get(connection.async().unsubscribe("a").toCompletableFuture());
        assertThat(redis.command("PUBSUB", "CHANNELS")).isEmpty();
    }

    /** If it fails: {@code Failing} in {@link Link} need not read for Lettuce. */
    @Test
    void bytesThatAreNoReplyHoldUpTheMessageBehindThemOnAnOpenConnection() throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.start()) {
            connection = client.connectPubSub(RedisURI.create(server.uri()));
            CountDownLatch heard = new CountDownLatch(1);
            connection.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    heard.countDown();
                }
            });
            subscribe("a");
            server.send(1, "????>3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nm\r\n");
            assertThat(heard.await(300, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(connection.isOpen()).isTrue();
        }
    }
}
