package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A well-behaved client, which collects what it is told. */
final class ChatClient implements AutoCloseable {
    static final int PATIENCE_SECONDS = 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();

    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private ChatClient(InetSocketAddress server) {
        URI uri = URI.create("ws://127.0.0.1:" + server.getPort() + "/ws");
        socket = HTTP.newWebSocketBuilder().buildAsync(uri, new Listener()).join();
    }

    static ChatClient connect(ChatServer server) {
        return new ChatClient(server.address());
    }

    static ChatClient connect(int port) {
        return new ChatClient(new InetSocketAddress(port));
    }

    /** Connected, welcomed, and in its rooms. */
    static ChatClient in(ChatServer server, String name, String... rooms) {
        return connect(server).introduced(name, rooms);
    }

    /** Welcomed, and in its rooms. */
    ChatClient introduced(String name, String... rooms) {
        say("{\"t\":\"hello\",\"v\":1,\"name\":%s}".formatted(quoted(name)));
        next("welcome");
        for (String room : rooms) {
            join(room);
            next("joined");
        }
        return this;
    }

    /** Welcomed as whoever has that key. */
    ChatClient introducedBy(String key, String name) {
        say("{\"t\":\"hello\",\"v\":1,\"name\":%s,\"key\":\"%s\"}".formatted(quoted(name), key));
        next("welcome");
        return this;
    }

    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    void say(String frame) {
        socket.sendText(frame, true).join();
    }

    void join(String room) {
        say("{\"t\":\"join\",\"r\":%s}".formatted(quoted(room)));
    }

    /** Comes back to a room; the answer. */
    JsonNode resume(String room, String after) {
        say("{\"t\":\"join\",\"r\":%s,\"after\":%s}".formatted(quoted(room), quoted(after)));
        return next("joined");
    }

    /** Asks for a page of history; the answer. */
    JsonNode more(String room, String before, int limit) {
        say("{\"t\":\"more\",\"r\":%s,\"before\":%s,\"limit\":%d}".formatted(quoted(room), quoted(before), limit));
        return next("page");
    }

    void leave(String room) {
        say("{\"t\":\"leave\",\"r\":%s}".formatted(quoted(room)));
    }

    void send(String room, String cid, String text) {
        say("{\"t\":\"send\",\"r\":%s,\"cid\":%s,\"text\":%s}".formatted(quoted(room), quoted(cid), quoted(text)));
    }

    /** The next frame, whatever it is. */
    JsonNode next() {
        try {
            JsonNode frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(frame)
                    .as("a frame within %s s; closed: %s", PATIENCE_SECONDS, closed)
                    .isNotNull();
            return frame;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** The next frame, which must be of this type. */
    JsonNode next(String type) {
        JsonNode frame = next();
        assertThat(frame.path("t").asString()).as("type of %s", frame).isEqualTo(type);
        return frame;
    }

    /** The next frame of this type; others are passed over. */
    JsonNode await(String type) {
        JsonNode frame = next();
        while (!frame.path("t").asString().equals(type)) {
            frame = next();
        }
        return frame;
    }

    /** Whether nothing at all has been said since: the answer to a ping is the next frame. */
    void hasHeardNothingElse() {
        say("{\"t\":\"ping\",\"n\":4711}");
        assertThat(next("pong").path("n").asInt()).isEqualTo(4711);
    }

    int closeCode() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    WebSocket socket() {
        return socket;
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                frames.add(JSON.readTree(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.complete(1006);
        }
    }
}
