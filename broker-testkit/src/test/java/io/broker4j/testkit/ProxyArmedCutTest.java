package io.broker4j.testkit;

import static io.broker4j.testkit.Direction.BOTH;
import static io.broker4j.testkit.Direction.TO_CLIENT;
import static io.broker4j.testkit.Direction.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that a proxy resets after a given byte or request, and no earlier. */
class ProxyArmedCutTest extends ProxiedPairs {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 9, 10})
    void connectionIsResetExactlyAfterByteK(int k) throws IOException {
        for (Direction way : new Direction[] {TO_SERVER, TO_CLIENT}) {
            try (Pair pair = new Pair()) {
                send(pair.sender(way), "before");
                assertThat(receive(pair.receiver(way), 6)).isEqualTo("before");
                proxy.cutAfter(way, k);
                send(pair.receiver(way), "uncounted");
                assertThat(receive(pair.sender(way), 9)).isEqualTo("uncounted");

                send(pair.sender(way), "0123456789");

                assertThat(receiveUntilReset(pair.receiver(way))).isEqualTo("0123456789".substring(0, k));
                assertThat(receiveUntilReset(pair.sender(way))).isEmpty();
                assertThat(proxy.connections()).isZero();
            }
        }
    }

    @Test
    void bytesOfACutAreCountedOverManySmallWrites() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            int k = random.nextInt(300);
            try (Pair pair = new Pair()) {
                proxy.cutAfter(TO_CLIENT, k);
                assertThat(receiveUntilReset(pair.client, sendSlices(pair.server, random)))
                        .as("round %d, k %d", round, k)
                        .hasSize(k);
            }
        }
    }

    /** 400 bytes in slices; the cut may come between two of them. */
    private static CompletableFuture<Void> sendSlices(Socket socket, Random random) {
        return CompletableFuture.runAsync(() -> {
            try {
                for (int sent = 0; sent < 400; ) {
                    int slice = Math.min(400 - sent, 1 + random.nextInt(20));
                    socket.getOutputStream().write(new byte[slice]);
                    sent += slice;
                }
            } catch (IOException cut) {
                // what the test is about
            }
        });
    }

    private static String receiveUntilReset(Socket socket, CompletableFuture<Void> sender) throws IOException {
        String received = receiveUntilReset(socket);
        sender.join();
        return received;
    }

    @Test
    void firstConnectionToReachTheByteIsCutAndTheOthersAreSpared() throws IOException {
        try (Pair one = new Pair();
                Pair other = new Pair()) {
            proxy.cutAfter(TO_CLIENT, 3);
            send(one.server, "12");
            assertThat(receive(one.client, 2)).isEqualTo("12");
            send(other.server, "1234");
            assertThat(receiveUntilReset(other.client)).isEqualTo("123");

            send(one.server, "3456");
            assertThat(receive(one.client, 4)).isEqualTo("3456");
        }
    }

    @Test
    void cutArmedWithoutAConnectionAppliesToTheNextOneOnly() throws IOException {
        proxy.cutAfter(TO_SERVER, 3);
        try (Pair first = new Pair()) {
            send(first.client, "1234");
            assertThat(receiveUntilReset(first.server)).isEqualTo("123");
        }
        assertForwardsBothWays();
    }

    @Test
    void requestIsForwardedAndItsReplyIsNot() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.cutAfterRequest("PUBLISH");
            send(pair.client, "PING\r\n");
            assertThat(receive(pair.server, 6)).isEqualTo("PING\r\n");
            send(pair.server, "+PONG\r\n");
            assertThat(receive(pair.client, 7)).isEqualTo("+PONG\r\n");

            send(pair.client, "PUBL");
            assertThat(receive(pair.server, 4)).isEqualTo("PUBL");
            send(pair.client, "ISH a b\r\n");
            assertThat(receive(pair.server, 9)).isEqualTo("ISH a b\r\n");
            assertThat(proxy.connections()).isOne();
            send(pair.server, ":1\r\n");

            assertThat(receiveUntilReset(pair.client)).isEmpty();
            assertThat(receiveUntilReset(pair.server)).isEmpty();
        }
        assertForwardsBothWays();
    }

    @Test
    void redisHasExecutedTheRequestWhoseReplyIsCut() throws IOException {
        try (RedisServer redis = RedisServer.start();
                TcpProxy toRedis = TcpProxy.to(redis.port())) {
            for (int round = 1; round <= 50; round++) {
                toRedis.cutAfterRequest("INCR");
                try (RespClient client = new RespClient(toRedis.port(), null, Duration.ofSeconds(20))) {
                    assertThat(client.call("PING")).isEqualTo("PONG");
                    assertThatThrownBy(() -> client.call("INCR", "n")).isInstanceOf(SocketException.class);
                }
                assertThat(redis.command("GET", "n")).isEqualTo(Integer.toString(round));
            }
        }
    }

    @Test
    void redisRepliesAreCutAtEveryByte() throws IOException {
        String reply = "*3\r\n$9\r\nsubscribe\r\n$5\r\ntopic\r\n:1\r\n";
        try (RedisServer redis = RedisServer.start();
                TcpProxy toRedis = TcpProxy.to(redis.port())) {
            for (int k = 0; k <= reply.length(); k++) {
                toRedis.cutAfter(TO_CLIENT, k);
                try (Socket client = new Socket("127.0.0.1", toRedis.port())) {
                    client.setSoTimeout(GENEROUS_MILLIS);
                    send(client, "SUBSCRIBE topic\r\n");
                    assertThat(receiveUntilReset(client)).isEqualTo(reply.substring(0, k));
                }
            }
        }
    }

    @Test
    void argumentsOutOfRangeAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.cutAfter(BOTH, 1))
                .withMessageContaining("BOTH");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.cutAfter(TO_CLIENT, -1))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.cutAfterRequest("grüß"))
                .withMessageContaining("grüß");
    }
}
