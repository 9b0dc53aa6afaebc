package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the public port says to everything that is not yet a WebSocket. */
class HttpTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Broker broker = Broker.open("memory:");
    private ChatServer server;

    @BeforeEach
    void start() throws Exception {
        server = ChatServer.start(
                ChatConfig.local("n1")
                        .withTimings(Timings.DEFAULTS.withHandshake(Duration.ofMillis(400)))
                        .withMaxConnections(3, 2),
                broker);
    }

    @AfterEach
    void stop() {
        server.close();
        broker.close();
    }

    static final List<String> NAMES = StaticFiles.NAMES;

    @ParameterizedTest
    @FieldSource("NAMES")
    void eachFileIsServedWithItsTypeAndTheHeadersThatKeepItSafe(String name) throws Exception {
        HttpResponse<byte[]> response = get("/" + name);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(resource(name));
        assertThat(header(response, "content-security-policy"))
                .isEqualTo(
                        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
                                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
                                + " trusted-types 'none'");
        assertThat(header(response, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(response, "referrer-policy")).isEqualTo("no-referrer");
        String type = name.endsWith(".js") ? "text/javascript" : name.endsWith(".css") ? "text/css" : "";
        assertThat(header(response, "content-type")).startsWith(type);
    }

    @Test
    void nothingInThePagesFolderIsForgotten() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/broker4j/chat/page"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(StaticFiles.NAMES);
        }
    }

    @Test
    void thePageItselfIsAtTheRoot() throws Exception {
        assertThat(get("/").body()).isEqualTo(resource("index.html"));
        assertThat(get("/?room=a").body()).isEqualTo(resource("index.html"));
    }

    @Test
    void anUnchangedFileIsNotSentAgain() throws Exception {
        String etag = header(get("/app.js"), "etag");
        HttpResponse<byte[]> again = get("/app.js", "If-None-Match", etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(get("/app.js", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void filesAreCompressedForThoseWhoAskForIt() throws Exception {
        HttpResponse<byte[]> zipped = get("/app.js", "Accept-Encoding", "br, gzip;q=0.5");
        assertThat(header(zipped, "content-encoding")).isEqualTo("gzip");
        assertThat(header(zipped, "vary")).isEqualToIgnoringCase("accept-encoding");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes())
                .isEqualTo(resource("app.js"));
        assertThat(header(zipped, "etag")).isNotEqualTo(header(get("/app.js"), "etag"));
        assertThat(get("/app.js", "Accept-Encoding", "gzip;q=0").body()).isEqualTo(resource("app.js"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "//",
                "/../ChatServer.class",
                "/..%2fChatServer.class",
                "/%2e%2e/ChatServer.class",
                "/page/index.html",
                "/index.html/",
                "/index.html%00",
                "/INDEX.HTML",
                "/wsx",
                "/ws/",
                "http://127.0.0.1/"
            })
    void whatIsNotListedDoesNotExist(String path) throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.write("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 404 ").contains("nosniff", "default-src 'none'");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST / HTTP/1.1,                                405",
        "OPTIONS * HTTP/1.1,                             405",
        "GET /ws HTTP/1.1,                               426",
        "HEAD /ws HTTP/1.1,                              426",
        "GARBAGE,                                        400",
        "GET / HTTP/9.9 x,                               400",
    })
    void requestsThatMakeNoSenseAreRefused(String line, int status) throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.write(line + "\r\nHost: a\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void aRequestWithABodyOrWithoutOneHostIsRefused() throws Exception {
        refused("GET / HTTP/1.1\r\n\r\n", 400);
        refused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
        refused("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 413);
        refused("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 413);
        refused("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /", "PUT /app.js", "OPTIONS *", "DELETE /nothing", "POST /ws", "BREW /"})
    void whatIsNoMethodHereIsNoneWithABodyEither(String line) throws Exception {
        String request = line + " HTTP/1.1\r\nHost: a\r\n";
        for (String rest : List.of(
                "\r\n",
                "Content-Length: 0\r\n\r\n",
                "Content-Length: 5\r\n\r\nhello",
                "Content-Length: 99999999\r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")) {
            try (RawClient client = new RawClient(server)) {
                client.write(request + rest);
                assertThat(client.response()).startsWith("HTTP/1.1 405 ").contains("allow: GET, HEAD");
            }
        }
    }

    @Test
    void headersAndAddressesHaveLimits() throws Exception {
        refused("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
        refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(9_000) + "\r\n\r\n", 431);
        refused("GET / HTTP/1.1\r\nHost: a\r\n" + "X: x\r\n".repeat(3_000) + "\r\n", 431);
    }

    @Test
    void aHeadHasNoBody() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.write(
                    "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /app.js HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.response()).contains("content-length: " + resource("index.html").length);
            assertThat(client.response()).contains("content-length: " + resource("app.js").length);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void severalRequestsInOnePieceAreAnsweredInOrder() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.write("GET /pace.js HTTP/1.1\r\nHost: a\r\n\r\nGET /text.js HTTP/1.1\r\nHost: a\r\n\r\n");
            for (String name : List.of("pace.js", "text.js")) {
                client.response();
                assertThat(client.body(resource(name).length)).isEqualTo(resource(name));
            }
        }
    }

    @Test
    void whoTakesTooLongToAskIsCutOff() throws Exception {
        try (RawClient silent = new RawClient(server);
                RawClient slow = new RawClient(server)) {
            slow.write("GET / HTTP/1.1\r\nHost: a\r\nX: ");
            assertThat(silent.isAtEnd()).isTrue();
            assertThat(slow.isAtEnd()).isTrue();
        }
    }

    @Test
    void aPageThatIsLookedAtKeepsNoConnection() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            client.response();
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Version: 12,  Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, 426",
        "Sec-WebSocket-Version: 13,  Sec-WebSocket-Key: short,                    400",
        "Sec-WebSocket-Version: 13,  X: y,                                        400",
    })
    void aBrokenHandshakeIsNoUpgrade(String version, String key, int status) throws Exception {
        refused(
                "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" + version
                        + "\r\n" + key + "\r\n\r\n",
                status);
    }

    @Test
    void theHandshakeAnswersTheKeyAndNoExtension() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.upgrade("Sec-WebSocket-Extensions: permessage-deflate");
            assertThat(client.response().toLowerCase())
                    .startsWith("http/1.1 101 ")
                    .contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=")
                    .doesNotContain("sec-websocket-extensions");
        }
    }

    @Test
    void framesMayFollowTheHandshakeInOnePiece() throws Exception {
        try (RawClient client = new RawClient(server)) {
            byte[] hello = RawClient.frame(0x81, "{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\"}".getBytes());
            String request = "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            byte[] piece = new byte[request.length() + hello.length];
            System.arraycopy(request.getBytes(), 0, piece, 0, request.length());
            System.arraycopy(hello, 0, piece, request.length(), hello.length);
            client.write(piece);
            assertThat(client.response()).startsWith("HTTP/1.1 101 ");
            assertThat(client.next().text()).startsWith("{\"t\":\"welcome\"");
        }
    }

    @Test
    void aForeignPageIsRefusedBeforeAnythingIsUpgraded() throws Exception {
        String here = "127.0.0.1:" + server.address().getPort();
        assertThat(upgradeFrom("http://" + here)).isEqualTo(101);
        Eventually.equal(0, server::sessions);
        assertThat(upgradeFrom("https://evil.example")).isEqualTo(403);
        assertThat(upgradeFrom("null")).isEqualTo(403);
        assertThat(upgradeFrom("")).isEqualTo(403);
        assertThat(upgradeFrom("http://" + here + ".evil.example")).isEqualTo(403);
        assertThat(upgradeFrom("http://127.0.0.1:1")).isEqualTo(403);
        assertThat(upgradeFrom("http://" + here + "\r\nOrigin: http://" + here)).isEqualTo(403);
    }

    @Test
    void beyondTheLimitsAnUpgradeIsRefusedAndAFreePlaceIsGivenAgain() throws Exception {
        RawClient first = RawClient.upgraded(server);
        RawClient second = RawClient.upgraded(server);
        assertThat(upgradeFrom("http://127.0.0.1:" + server.address().getPort()))
                .isEqualTo(429);
        first.close();
        Eventually.equal(1, server::sessions);
        RawClient.upgraded(server).close();
        second.close();
    }

    @Test
    void aFullServerSaysSo() throws Exception {
        try (ChatServer full = ChatServer.start(ChatConfig.local("n2").withMaxConnections(1, 2), broker)) {
            RawClient.upgraded(full);
            try (RawClient second = new RawClient(full)) {
                second.upgrade();
                assertThat(second.response()).startsWith("HTTP/1.1 503 ");
            }
        }
    }

    private int upgradeFrom(String origin) throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.upgrade("Origin: " + origin);
            return Integer.parseInt(client.response().split(" ")[1]);
        }
    }

    private void refused(String request, int status) throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.write(request);
            assertThat(client.response())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .containsIgnoringCase("connection: close");
        }
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static byte[] resource(String name) throws IOException {
        return ChatServer.class.getResourceAsStream("page/" + name).readAllBytes();
    }
}
