package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.testkit.RedisServer;
import io.broker4j.testkit.TcpProxy;
import io.broker4j.testkit.TcpProxy.Direction;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
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

/** What of Lettuce our design rests on: when one of these fails, an upgrade has changed it, and a work-around may go. */
class LettuceCanaryTest {
    private RedisServer redis;
    private TcpProxy proxy;
    private RedisClient client;

    @BeforeEach
    void open() {
        redis = RedisServer.start();
        proxy = TcpProxy.to(redis.port());
        client = RedisClient.create("redis://127.0.0.1:" + proxy.port());
        client.setOptions(ConnectionSettings.over(null));
    }

    @AfterEach
    void close() {
        client.shutdown();
        proxy.close();
        redis.close();
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
        org.awaitility.Awaitility.await().atMost(Recorder.GENEROUS).until(() -> !connection.isOpen());
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

    @Test
    void lettucesOwnResubscribeForgetsWhatWasNotConfirmed() {
        client.setOptions(ClientOptions.builder().build());
        StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub();
        proxy.cutAfter(Direction.TO_CLIENT, ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n".length());
        connection.async().subscribe("a", "b", "c");
        org.awaitility.Awaitility.await()
                .atMost(Recorder.GENEROUS)
                .until(() -> proxy.connections() == 1
                        && connection.isOpen()
                        && redis.command("PUBSUB", "CHANNELS").equals("a"));
    }

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
            assertThat(Transports.failure(no.toCompletableFuture())).isInstanceOf(RedisCommandExecutionException.class);
        } finally {
            half.shutdown();
        }
    }
}
