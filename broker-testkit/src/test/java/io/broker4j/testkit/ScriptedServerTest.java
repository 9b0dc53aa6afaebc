package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.testkit.ScriptedServer.Reply;
import io.broker4j.testkit.ScriptedServer.Request;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScriptedServerTest {
    private static final Duration GENEROUS = Duration.ofSeconds(20);
    private static final Duration HELD = Duration.ofMillis(150);

    private ScriptedServer server;

    @BeforeEach
    void start() {
        server = ScriptedServer.start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private RespClient client() throws IOException {
        return new RespClient(server.port(), null, GENEROUS);
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout((int) GENEROUS.toMillis());
        return socket;
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String receive(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    @Test
    void withoutAScriptItIsAMasterThatTakesAnybody() throws IOException {
        try (RespClient client = client()) {
            assertThat(client.call("PING")).isEqualTo("PONG");
            assertThat(client.call("AUTH", "any", "body")).isEqualTo("OK");
            assertThat(client.call("CLIENT", "SETNAME", "me")).isEqualTo("OK");
            assertThat(client.call("SELECT", "3")).isEqualTo("OK");
            assertThat(client.call("ROLE")).isEqualTo("master\n0");
            assertThatThrownBy(() -> client.call("GET", "a")).hasMessageContaining("unknown command 'GET'");
        }
    }

    @Test
    void helloIsAnsweredInTheNewProtocol() throws IOException {
        try (Socket client = dial()) {
            send(client, "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n");
            String start = "%7\r\n+server\r\n+redis\r\n+version\r\n+7.0.15\r\n";
            assertThat(receive(client, start.length())).isEqualTo(start);
        }
    }

    @Test
    void whatIsPublishedReachesThoseWhoAreSubscribedByteForByte() throws IOException {
        try (Socket subscriber = dial();
                RespClient publisher = client()) {
            send(subscriber, "*3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n");
            String confirmations =
                    ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n";
            assertThat(receive(subscriber, confirmations.length())).isEqualTo(confirmations);
            assertThat(publisher.call("PUBLISH", "a", "\r\nx")).isEqualTo("1");
            assertThat(publisher.call("PUBLISH", "c", "x")).isEqualTo("0");
            String message = ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$3\r\n\r\nx\r\n";
            assertThat(receive(subscriber, message.length())).isEqualTo(message);
            send(subscriber, "*2\r\n$11\r\nUNSUBSCRIBE\r\n$1\r\na\r\n");
            String ended = ">3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n";
            assertThat(receive(subscriber, ended.length())).isEqualTo(ended);
            assertThat(publisher.call("PUBLISH", "a", "x")).isEqualTo("0");
        }
    }

    @Test
    void aScriptedReplyGoesOverTheWireAsItIsUntilTheServerBehaves() throws IOException {
        server.on("ping", Reply.of("\u0000\u00ff garbage"));
        try (Socket client = dial()) {
            send(client, "*1\r\n$4\r\nPING\r\n");
            assertThat(receive(client, 10)).isEqualTo("\u0000\u00ff garbage");
            server.behave();
            send(client, "*1\r\n$4\r\nPING\r\n");
            assertThat(receive(client, 7)).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void noReplyHoldsUpOnlyTheCommandItself() throws IOException {
        server.on("PUBLISH", Reply.NONE);
        try (Socket client = dial()) {
            send(client, "*3\r\n$7\r\nPUBLISH\r\n$1\r\na\r\n$1\r\nx\r\n*1\r\n$4\r\nPING\r\n");
            assertThat(receive(client, 7)).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void aReplyMayBeTheLastBeforeTheEnd() throws IOException {
        server.on("PING", Reply.of("$100\r\ntrunc").thenClose());
        try (RespClient client = client()) {
            assertThatThrownBy(() -> client.call("PING"))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("inside a reply");
        }
    }

    @Test
    void aReplyMayBeTheLastBeforeSilence() throws IOException {
        server.on("PING", Reply.of("$100\r\ntrunc").thenSilence());
        try (Socket client = dial()) {
            send(client, "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nROLE\r\n");
            assertThat(receive(client, 11)).isEqualTo("$100\r\ntrunc");
            client.setSoTimeout((int) HELD.toMillis());
            assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketTimeoutException.class);
        }
        try (RespClient other = client()) {
            assertThat(other.call("ROLE")).isEqualTo("master\n0");
        }
    }

    @Test
    void aScriptMayTreatConnectionsDifferently() throws IOException {
        server.on("PING", request -> request.connection() == 1 ? Reply.of("-ERR not you\r\n") : server.usual(request));
        try (RespClient first = client()) {
            assertThatThrownBy(() -> first.call("PING")).hasMessageContaining("not you");
            try (RespClient second = client()) {
                assertThat(second.call("PING")).isEqualTo("PONG");
            }
        }
    }

    @Test
    void bytesCanBeSentThatNobodyAskedFor() throws IOException {
        try (Socket client = dial()) {
            send(client, "*1\r\n$4\r\nping\r\n");
            assertThat(receive(client, 7)).isEqualTo("+PONG\r\n");
            assertThat(server.requests()).containsExactly(new Request(1, List.of("ping")));
            server.send(1, ">2\r\n+surprise\r\n:1\r\n");
            assertThat(receive(client, 19)).isEqualTo(">2\r\n+surprise\r\n:1\r\n");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.send(7, "x"))
                .withMessageContaining("connection is 7");
    }

    @Test
    void closingEndsConnectionsAndGivesThePortUp() throws IOException {
        try (RespClient client = client()) {
            client.call("PING");
            server.close();
            server.close();
            assertThatThrownBy(() -> client.call("PING")).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
    }
}
