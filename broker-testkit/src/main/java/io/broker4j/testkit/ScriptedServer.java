package io.broker4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A server that speaks Redis's protocol and says what a test wants it to say: what a real one would hardly ever send,
 * or nothing at all.
 *
 * <pre>{@code
 * try (ScriptedServer redis = ScriptedServer.start()) {
 *     Broker broker = Broker.open(redis.uri());
 *     redis.on("PUBLISH", Reply.of("-OOM command not allowed\r\n"));
 *     broker.publisher(topic).publish("x");                       // REJECTED
 *     redis.behave();
 *     broker.publisher(topic).publish("x");                       // arrives
 * }
 * }</pre>
 *
 * <p>Without a script it behaves as a small Redis 7 would: it takes anybody, is a master, confirms subscriptions to
 * channels and patterns, and hands on what is published to a channel, but not by patterns. It holds no data; what it does
 * not know is an error reply. {@link RedisServer} is for everything that a real server can be made to do.
 *
 * <p>Bytes are given as text of which every character is one byte, {@code "\u0000"} to {@code "\u00ff"}, exactly as they
 * are to go over the wire.
 *
 * <p>This class is thread-safe. A call takes effect for the commands that arrive after it; it does not end replies that
 * are being waited for. Each connection has a daemon thread, {@code broker-scripted-<n>}, which also runs the scripts for its
 * commands, one after the other in the order of arrival.
 */
public final class ScriptedServer implements AutoCloseable {
    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final int BACKLOG = 50;
    private static final int PORTS_TO_TRY = 10;

    /**
     * One command of a client.
     *
     * @param connection the number of the connection that it came by: 1 for the first that was accepted, and so on
     * @param words the command and its arguments
     */
    public record Request(int connection, List<String> words) {
        /** {@return the command's name, in capitals} */
        public String command() {
            return words.get(0).toUpperCase(Locale.ROOT);
        }
    }

    /**
     * What is sent in answer to one command.
     *
     * @param bytes what goes over the wire: one reply, part of one, several, or none
     * @param end what happens to the connection then
     */
    public record Reply(String bytes, End end) {
        /** What happens to a connection after a reply. */
        public enum End {
            /** The next command is answered. */
            GO_ON,
            /** It stays open and is read from, but nothing more is ever sent. */
            FALL_SILENT,
            /** It is closed. */
            CLOSE
        }

        /** No reply, while the next command has one again. */
        public static final Reply NONE = of("");

        /**
         * {@return a reply after which the connection goes on}
         *
         * @param bytes what goes over the wire
         */
        public static Reply of(String bytes) {
            return new Reply(bytes, End.GO_ON);
        }

        /** {@return the same, after which the connection is closed} */
        public Reply thenClose() {
            return new Reply(bytes, End.CLOSE);
        }

        /** {@return the same, after which the connection stays open and nothing more is sent} */
        public Reply thenSilence() {
            return new Reply(bytes, End.FALL_SILENT);
        }
    }

    private final int port;
    private final ServerSocket listening;
    private final Map<String, Function<Request, Reply>> scripts = new ConcurrentHashMap<>();
    private final Map<Integer, ScriptedConnection> connections = new ConcurrentHashMap<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final UsualReplies usual = new UsualReplies(connections);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean closed;

    private ScriptedServer(int port, ServerSocket listening) {
        this.port = port;
        this.listening = listening;
    }

    /**
     * Opens a server without a script on a free loopback port.
     *
     * @return the server, owned by the caller, who closes it
     * @throws IllegalStateException if no port is free
     * @throws UncheckedIOException if the port cannot be listened on for another reason
     */
    public static ScriptedServer start() {
        for (int i = 0; i < PORTS_TO_TRY; i++) {
            int port = LoopbackPorts.take();
            try {
                ServerSocket listening = new ServerSocket(
                        port, BACKLOG, LoopbackPorts.address(port).getAddress());
                ScriptedServer server = new ScriptedServer(port, listening);
                thread(server::accept);
                return server;
            } catch (BindException taken) {
                LoopbackPorts.release(port);
            } catch (IOException e) {
                LoopbackPorts.release(port);
                throw new UncheckedIOException("cannot listen on port " + port, e);
            }
        }
        throw new IllegalStateException("each of " + PORTS_TO_TRY + " ports was taken before it could be bound");
    }

    /** {@return the port on 127.0.0.1 that clients connect to} */
    public int port() {
        return port;
    }

    /** {@return a locator of it, {@code redis://127.0.0.1:<port>}} */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /**
     * Answers a command always alike from now on, instead of what was said before.
     *
     * @param command its name, such as {@code "PUBLISH"}; not case-sensitive
     * @param reply sent each time that it comes
     */
    public void on(String command, Reply reply) {
        on(command, request -> reply);
    }

    /**
     * Answers a command by a script from now on, instead of what was said before.
     *
     * @param command its name, such as {@code "PUBLISH"}; not case-sensitive
     * @param script called each time that it comes, on the thread of the connection, which waits for it; may be called by
     *     several at once. What it throws closes the connection
     */
    public void on(String command, Function<Request, Reply> script) {
        scripts.put(command.toUpperCase(Locale.ROOT), script);
    }

    /** Forgets all scripts. Connections that have fallen silent stay so. */
    public void behave() {
        scripts.clear();
    }

    /**
     * Does what a server without a script does for a command, for a script that only sometimes wants something else.
     *
     * @param request the one that the script was called with
     * @return what such a server answers
     */
    public Reply usual(Request request) {
        return usual.to(request);
    }

    /**
     * Sends bytes that nobody asked for; blocks while the client's buffers are full. Without effect on a connection that
     * has fallen silent.
     *
     * @param connection its number, see {@link Request#connection}
     * @param bytes what goes over the wire, between two replies
     * @throws IllegalArgumentException if there is no such connection now
     */
    public void send(int connection, String bytes) {
        ScriptedConnection receiver = connections.get(connection);
        if (receiver == null) {
            throw new IllegalArgumentException(
                    "connection is " + connection + ", must be one that is open: " + connections.keySet());
        }
        receiver.write(bytes);
    }

    /** {@return all commands that have arrived so far; those of one connection are in their order} */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Closes all connections and the port. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeListening();
            // Only now has the kernel let go of the port: a thread that waited in accept() kept it.
            ended.join();
            connections.values().forEach(ScriptedConnection::close);
            LoopbackPorts.release(port);
        }
    }

    private void closeListening() {
        try {
            listening.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot give up port " + port, failed);
        }
    }

    private void accept() {
        try {
            for (int number = 1; !closed; number++) {
                serve(number, listening.accept());
            }
        } catch (IOException failed) {
            if (!closed) {
                throw new UncheckedIOException("the scripted server on port " + port + " failed", failed);
            }
        } finally {
            ended.complete(null);
        }
    }

    private void serve(int number, Socket client) {
        ScriptedConnection connection = new ScriptedConnection(number, client);
        connections.put(number, connection);
        if (closed) {
            connection.close();
        }
        thread(() -> {
            try {
                connection.serve(this::reply);
            } finally {
                connections.remove(number);
            }
        });
    }

    private Reply reply(Request request) {
        requests.add(request);
        return scripts.getOrDefault(request.command(), this::usual).apply(request);
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "broker-scripted-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }
}
