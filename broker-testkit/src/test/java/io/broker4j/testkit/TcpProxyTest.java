package io.broker4j.testkit;

import static io.broker4j.testkit.TcpProxy.Direction.BOTH;
import static io.broker4j.testkit.TcpProxy.Direction.TO_CLIENT;
import static io.broker4j.testkit.TcpProxy.Direction.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TcpProxyTest {
    private static final int GENEROUS_MILLIS = 20_000;
    private static final int HELD_MILLIS = 150;

    private ServerSocket target;
    private TcpProxy proxy;

    @BeforeEach
    void open() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout(GENEROUS_MILLIS);
        proxy = TcpProxy.to(target.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        target.close();
    }

    /** A client's socket and the server's, with the proxy between them. */
    private final class Pair implements AutoCloseable {
        final Socket client = dial();
        final Socket server = target.accept();

        Pair() throws IOException {
            server.setSoTimeout(GENEROUS_MILLIS);
        }

        Socket sender(TcpProxy.Direction way) {
            return way == TO_SERVER ? client : server;
        }

        Socket receiver(TcpProxy.Direction way) {
            return way == TO_SERVER ? server : client;
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket("127.0.0.1", proxy.port());
        socket.setSoTimeout(GENEROUS_MILLIS);
        return socket;
    }

    @Test
    void bytesAreForwardedBothWays() throws IOException {
        try (Pair pair = new Pair()) {
            send(pair.client, "ping");
            assertThat(receive(pair.server, 4)).isEqualTo("ping");
            send(pair.server, "pong");
            assertThat(receive(pair.client, 4)).isEqualTo("pong");
            assertThat(proxy.connections()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TO_SERVER", "TO_CLIENT"})
    void moreThanAllBuffersHoldArrivesUnchanged(TcpProxy.Direction way) throws IOException {
        byte[] sent = new byte[20_000_000];
        new Random(1).nextBytes(sent);
        try (Pair pair = new Pair()) {
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
                try {
                    pair.sender(way).getOutputStream().write(sent);
                    pair.sender(way).shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(pair.receiver(way).getInputStream().readAllBytes()).isEqualTo(sent);
            sender.join();
        }
    }

    @Test
    void endOfStreamIsPassedOnAndTheOtherWayStaysOpen() throws IOException {
        try (Pair pair = new Pair()) {
            send(pair.client, "last");
            pair.client.shutdownOutput();
            assertThat(pair.server.getInputStream().readAllBytes()).hasSize(4);
            send(pair.server, "answer");
            pair.server.shutdownOutput();
            assertThat(pair.client.getInputStream().readAllBytes()).hasSize(6);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void resetByThePeerIsPassedOn() throws IOException {
        try (Pair pair = new Pair()) {
            pair.server.setSoLinger(true, 0);
            pair.server.close();

            assertThat(receiveUntilReset(pair.client)).isEmpty();
        }
    }

    @Test
    void clientIsResetWhenTheTargetRefuses() throws IOException {
        target.close();
        try (Socket client = dial()) {
            assertThat(receiveUntilReset(client)).isEmpty();
        }
    }

    @Test
    void resetEndsPresentConnectionsAndAcceptsNewOnes() throws IOException {
        try (Pair one = new Pair();
                Pair other = new Pair()) {
            proxy.reset();

            assertThat(proxy.connections()).isZero();
            assertThat(receiveUntilReset(one.client)).isEmpty();
            assertThat(receiveUntilReset(one.server)).isEmpty();
            assertThat(receiveUntilReset(other.client)).isEmpty();
        }
        bytesAreForwardedBothWays();
    }

    @Test
    void cutRefusesConnectionsUntilRestored() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.cut();
            proxy.cut();

            assertThat(receiveUntilReset(pair.client)).isEmpty();
            assertThat(receiveUntilReset(pair.server)).isEmpty();
            assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
        }
        proxy.restore();
        proxy.restore();
        bytesAreForwardedBothWays();
    }

    @Test
    void restoreNamesThePortThatSomebodyTook() throws IOException {
        proxy.cut();
        try (ServerSocket thief = new ServerSocket(proxy.port(), 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatIllegalStateException()
                    .isThrownBy(proxy::restore)
                    .withMessageContaining(Integer.toString(thief.getLocalPort()));
        }
        proxy.restore();
        bytesAreForwardedBothWays();
    }

    @ParameterizedTest
    @EnumSource(names = {"TO_SERVER", "TO_CLIENT"})
    void stalledWayHoldsItsBytesAndTheOtherWayFlows(TcpProxy.Direction way) throws IOException {
        try (Pair pair = new Pair()) {
            proxy.stall(way);
            send(pair.sender(way), "first");
            assertNothingArrives(pair.receiver(way));
            send(pair.receiver(way), "other");
            assertThat(receive(pair.sender(way), 5)).isEqualTo("other");
            send(pair.sender(way), "second");

            proxy.unstall(way);

            assertThat(receive(pair.receiver(way), 11)).isEqualTo("firstsecond");
        }
    }

    @Test
    void stallAppliesToLaterConnectionsAndHoldsTheEndOfTheStream() throws IOException {
        proxy.stall(BOTH);
        try (Pair pair = new Pair()) {
            send(pair.client, "request");
            pair.client.shutdownOutput();
            send(pair.server, "push");
            assertNothingArrives(pair.client);
            assertNothingArrives(pair.server);
            assertThat(proxy.connections()).isOne();

            proxy.unstall(TO_SERVER);
            assertThat(pair.server.getInputStream().readAllBytes()).hasSize(7);
            assertNothingArrives(pair.client);

            proxy.unstall(BOTH);
            assertThat(receive(pair.client, 4)).isEqualTo("push");
        }
    }

    @Test
    void blackHoleSwallowsWhatPresentConnectionsSendAndLaterOnesAreFine() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.stall(TO_CLIENT);
            send(pair.server, "held");
            proxy.blackHole();
            proxy.unstall(TO_CLIENT);
            send(pair.client, "request");
            send(pair.server, "push");
            assertNothingArrives(pair.server);
            assertNothingArrives(pair.client);
            bytesAreForwardedBothWaysOfANewPair();

            pair.server.setSoLinger(true, 0);
            pair.server.close();
            assertNothingArrives(pair.client);
            assertThat(proxy.connections()).isOne();
        }
    }

    @Test
    void clientThatClosesABlackHoleResetsIt() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.blackHole();
            pair.client.close();

            assertThat(receiveUntilReset(pair.server)).isEmpty();
            assertThat(proxy.connections()).isZero();
        }
    }

    private void bytesAreForwardedBothWaysOfANewPair() throws IOException {
        try (Pair fresh = new Pair()) {
            send(fresh.client, "ping");
            assertThat(receive(fresh.server, 4)).isEqualTo("ping");
            send(fresh.server, "pong");
            assertThat(receive(fresh.client, 4)).isEqualTo("pong");
            fresh.client.shutdownOutput();
            fresh.server.shutdownOutput();
            assertThat(fresh.client.getInputStream().readAllBytes()).isEmpty();
            assertThat(fresh.server.getInputStream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void delayedBytesArriveInOrderAndNotBeforeTheirTime() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.delay(TO_CLIENT, Duration.ofMillis(HELD_MILLIS));
            long start = System.nanoTime();
            send(pair.server, "slow");
            assertNothingArrives(pair.client, HELD_MILLIS / 3);
            proxy.delay(TO_CLIENT, Duration.ZERO);
            send(pair.server, "fast");

            assertThat(receive(pair.client, 8)).isEqualTo("slowfast");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(HELD_MILLIS));
        }
    }

    @Test
    void delayOfOneWayLeavesTheOtherAlone() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.delay(TO_SERVER, Duration.ofHours(1));
            send(pair.server, "push");

            assertThat(receive(pair.client, 4)).isEqualTo("push");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 9, 10})
    void connectionIsResetExactlyAfterByteK(int k) throws IOException {
        for (TcpProxy.Direction way : new TcpProxy.Direction[] {TO_SERVER, TO_CLIENT}) {
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
        bytesAreForwardedBothWays();
    }

    @Test
    void heldBytesAreDroppedByAResetAndByACut() throws IOException {
        proxy.stall(TO_CLIENT);
        try (Pair pair = new Pair()) {
            send(pair.server, "held");
            proxy.reset();
            proxy.unstall(BOTH);

            assertThat(receiveUntilReset(pair.client)).isEmpty();
        }
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
        bytesAreForwardedBothWays();
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
        assertThatIllegalArgumentException().isThrownBy(() -> TcpProxy.to(0)).withMessageContaining("1 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.cutAfter(BOTH, 1))
                .withMessageContaining("BOTH");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.cutAfter(TO_CLIENT, -1))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.delay(BOTH, Duration.ofMillis(-1)))
                .withMessageContaining("PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.cutAfterRequest("grüß"))
                .withMessageContaining("grüß");
    }

    @Test
    void closedProxyHasResetItsConnectionsAndRefusesToBeUsed() throws IOException {
        try (Pair pair = new Pair()) {
            proxy.close();
            proxy.close();

            assertThat(receiveUntilReset(pair.client)).isEmpty();
            assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
            assertThatIllegalStateException().isThrownBy(proxy::restore).withMessageContaining("closed");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    /** What can be read before the reset; fails when the stream ends in order or nothing comes. */
    private static String receiveUntilReset(Socket socket) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try {
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                received.write(b);
            }
        } catch (SocketException reset) {
            return received.toString(StandardCharsets.US_ASCII);
        }
        throw new AssertionError("ended without a reset after '" + received + "'");
    }

    private static void assertNothingArrives(Socket socket) throws IOException {
        assertNothingArrives(socket, HELD_MILLIS);
    }

    private static void assertNothingArrives(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(GENEROUS_MILLIS);
    }
}
