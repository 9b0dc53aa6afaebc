package io.broker4j.testkit;

import static io.broker4j.testkit.Direction.TO_SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A proxy before a server that does nothing but accept, and what is said through it. */
@Timeout(60)
abstract class ProxiedPairs {
    static final int GENEROUS_MILLIS = 20_000;

    ServerSocket target;
    TcpProxy proxy;

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
    final class Pair implements AutoCloseable {
        final Socket client = dial();
        final Socket server = target.accept();

        Pair() throws IOException {
            server.setSoTimeout(GENEROUS_MILLIS);
        }

        Socket sender(Direction way) {
            return way == TO_SERVER ? client : server;
        }

        Socket receiver(Direction way) {
            return way == TO_SERVER ? server : client;
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    Socket dial() throws IOException {
        Socket socket = new Socket("127.0.0.1", proxy.port());
        socket.setSoTimeout(GENEROUS_MILLIS);
        return socket;
    }

    void assertForwardsBothWays() throws IOException {
        try (Pair pair = new Pair()) {
            assertForwardsBothWays(pair);
            assertThat(proxy.connections()).isOne();
        }
    }

    static void assertForwardsBothWays(Pair pair) throws IOException {
        send(pair.client, "ping");
        assertThat(receive(pair.server, 4)).isEqualTo("ping");
        send(pair.server, "pong");
        assertThat(receive(pair.client, 4)).isEqualTo("pong");
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    /** What can be read before the reset; fails when the stream ends in order or nothing comes. */
    static String receiveUntilReset(Socket socket) throws IOException {
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
}
