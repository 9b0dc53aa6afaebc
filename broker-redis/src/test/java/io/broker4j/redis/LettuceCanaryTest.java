package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.testkit.Direction;
import io.broker4j.testkit.ScriptedServer;
import io.broker4j.testkit.ScriptedServer.Reply;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What of Lettuce's connections our design rests on: when one of these fails, an upgrade has changed it, and a work-around may
 * go. What is said here of default options holds for those of the version in use.
 */
class LettuceCanaryTest extends BehindProxy {
    private RedisClient client;

    @Override
    RestrictedRedis startServer() {
        return RestrictedRedis.start("a", "b", "c", "t", "canary");
    }

    @BeforeEach
    void open() {
        client = RedisClient.create(RestrictedRedis.uri(proxy));
        client.setOptions(ConnectionSettings.over(null));
    }

    @AfterEach
    void close() {
        client.shutdown();
    }

    /** A PUBLISH that knows whether it was encoded, as {@link Publish} does. */
    private static final class Watched extends Command<String, String, Long> {
        private volatile boolean encoded;

        Watched() {
            super(
                    CommandType.PUBLISH,
                    new IntegerOutput<>(StringCodec.UTF8),
                    new CommandArgs<>(StringCodec.UTF8).addKey("canary").addValue("x"));
        }

        @Override
        public void encode(ByteBuf buf) {
            encoded = true;
            super.encode(buf);
        }
    }

    private static AsyncCommand<String, String, Long> send(
            StatefulRedisConnection<String, String> connection, Watched watched) {
        AsyncCommand<String, String, Long> command = new AsyncCommand<>(watched);
        connection.dispatch(command);
        return command;
    }

    @Test
    void aClosedConnectionRefusesWithoutEncoding() {
        StatefulRedisConnection<String, String> connection = client.connect();
        connection.close();
        Watched watched = new Watched();
        assertThat(Transports.failure(send(connection, watched))).hasMessage("Connection is closed");
        assertThat(watched.encoded).isFalse();
    }

    @Test
    void aDisconnectedConnectionRefusesWithoutEncoding() {
        StatefulRedisConnection<String, String> connection = client.connect();
        proxy.cut();
        Recorder.eventually().until(() -> !connection.isOpen());
        Watched watched = new Watched();
        assertThat(Transports.failure(send(connection, watched)))
                .hasMessage("Currently not connected. Commands are rejected.");
        assertThat(watched.encoded).isFalse();
    }

    @Test
    void aFullQueueRefusesWithoutEncoding() {
        client.setOptions(
                ConnectionSettings.over(null).mutate().requestQueueSize(3).build());
        StatefulRedisConnection<String, String> connection = client.connect();
        proxy.stall(Direction.TO_CLIENT);
        List<AsyncCommand<String, String, Long>> commands = new ArrayList<>();
        List<Watched> watched = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Watched next = new Watched();
            watched.add(next);
            commands.add(send(connection, next));
        }
        Throwable refusal = Transports.failure(commands.get(9));
        assertThat(refusal.getMessage()).containsPattern("(Request queue|Internal stack) size exceeded: 3");
        assertThat(watched.get(9).encoded).isFalse();
    }

    @Test
    void theRequestQueueHoldsAsManyAsTheEngineLetsThrough() {
        assertThat(ConnectionSettings.over(null).getRequestQueueSize()).isGreaterThan(10_000);
    }

    /** Fact 3. If it fails: a connection may come back by itself, and {@link Link} need not be given up after a failed PUBLISH. */
    @Test
    void byDefaultAPublishWhoseReplyIsCutIsSentAgain() {
        try (ScriptedServer server = ScriptedServer.start()) {
            RedisClient byDefault = RedisClient.create(server.uri());
            try {
                server.on(
                        "PUBLISH",
                        request -> request.connection() == 1 ? Reply.NONE.thenClose() : server.usual(request));
                Transports.get(byDefault.connect().async().publish("t", "once").toCompletableFuture());
                assertThat(server.requests())
                        .filteredOn(request -> request.command().equals("PUBLISH"))
                        .hasSize(2);
            } finally {
                byDefault.shutdown();
            }
        }
    }

    /** Fact 3. If it fails: {@code REJECT_COMMANDS} in {@link ConnectionSettings} may go. */
    @Test
    void byDefaultWhatIsPublishedWhileDisconnectedIsSentLate() {
        client.setOptions(ClientOptions.builder().build());
        StatefulRedisConnection<String, String> connection = client.connect();
        try (Transports witness = Transports.open(redis.uri() + "?prefix=")) {
            witness.subscribed("t");
            proxy.cut();
            Recorder.eventually().until(() -> !connection.isOpen());
            RedisFuture<Long> queued = connection.async().publish("t", "late");
            witness.published("t", "meanwhile");
            assertThat(queued.isDone()).isFalse();
            proxy.restore();
            Transports.get(queued.toCompletableFuture());
            witness.recorder.awaitLines("t|t|late");
            assertThat(witness.recorder.lines()).containsExactly("t|t|meanwhile", "t|t|late");
        }
    }

    /** Fact 1. If it fails: {@link WantedChannels} need not ask again after an error. */
    @Test
    void lettucesOwnResubscribeIsNotRepeatedAfterAnError() {
        client.setOptions(ClientOptions.builder().build());
        redis.command("ACL", "SETUSER", "user", "on", ">secret", "+@all", "allchannels");
        StatefulRedisPubSubConnection<String, String> connection =
                client.connectPubSub(RedisURI.create("redis://user:secret@127.0.0.1:" + proxy.port()));
        Transports.get(connection.async().subscribe("a").toCompletableFuture());
        redis.expectRefusals("channel a user");
        redis.command("ACL", "SETUSER", "user", "resetchannels"); // ends the connection too
        Recorder.eventually().until(() -> redis.command("ACL", "LOG").contains("channel"));
        redis.command("ACL", "SETUSER", "user", "allchannels");
        assertThat(Transports.get(connection.async().ping().toCompletableFuture()))
                .isEqualTo("PONG");
        assertThat(connection.isOpen()).isTrue();
        assertThat(redis.command("PUBSUB", "CHANNELS")).isEmpty();
    }

    /** Fact 1. If it fails: so may our own set of wanted channels in {@link WantedChannels}. */
    @Test
    void lettucesOwnResubscribeForgetsWhatWasNotConfirmed() {
        client.setOptions(ClientOptions.builder().build());
        StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub();
        proxy.cutAfter(Direction.TO_CLIENT, ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n".length());
        connection.async().subscribe("a", "b", "c");
        Recorder.eventually()
                .until(() -> proxy.connections() == 1
                        && connection.isOpen()
                        && redis.command("PUBSUB", "CHANNELS").equals("a"));
    }

    /** Fact 2. If it fails: the future may be the confirmation instead of the callback in {@link SubscribeLink}. */
    @Test
    void theSubscribeFutureIsNoAcknowledgement() {
        StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub();
        proxy.cutAfter(Direction.TO_CLIENT, ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n".length());
        RedisFuture<Void> future = connection.async().subscribe("a", "b", "c");
        assertThat(future.toCompletableFuture()
                        .handle((done, failure) -> failure == null)
                        .join())
                .isTrue();
    }

    @Test
    void oneCommandForEachChannelGivesTheErrorToTheRightOne() {
        redis.command("ACL", "SETUSER", "half", "on", ">secret", "+@all", "resetchannels", "&yes");
        RedisClient half = RedisClient.create("redis://half:secret@127.0.0.1:" + redis.port());
        try {
            StatefulRedisPubSubConnection<String, String> connection = half.connectPubSub();
            RedisFuture<Void> yes = connection.async().subscribe("yes");
            RedisFuture<Void> no = connection.async().subscribe("no");
            Transports.get(yes.toCompletableFuture());
            redis.expectRefusals("channel no half");
            assertThat(Transports.failure(no.toCompletableFuture())).isInstanceOf(RedisCommandExecutionException.class);
        } finally {
            half.shutdown();
        }
    }
}
