package io.broker4j.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A real redis-server process on loopback, for tests that need what only a real one does: being killed, restarted on
 * the same port, or stopped while its connections stay open.
 *
 * <pre>{@code
 * try (RedisServer redis = RedisServer.start()) {
 *     Broker broker = Broker.open(redis.uri());
 *     redis.kill();
 *     redis.restart();
 * }
 * }</pre>
 *
 * <p>The executable is the one that the system property {@code redis.bin} names; without the property the one in
 * {@code org.signal:embedded-redis:0.9.1} on the class path; without that a {@code redis-server} of 7.0 or later on the
 * {@code PATH}.
 *
 * <p>The server keeps nothing on disk unless its arguments say so; its directory lives until {@link #close()}, so data
 * saved there survive {@link #restart()}. The process ends with this JVM at the latest, also when the JVM is killed.
 *
 * <p>This class is thread-safe. {@link #kill()}, {@link #restart()}, {@link #pause()}, {@link #resume()} and
 * {@link #close()} run one after the other and block until their effect is there; they do not react to interrupts and
 * keep the interrupt status. The other methods never wait for them.
 */
public final class RedisServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration REPLY_LIMIT = Duration.ofSeconds(5);
    private static final int PORTS_TO_TRY = 10;
    private static final int NO_PORT = 0;

    // Looks wrong, is intentional: held while a process starts or exits. It orders whole control calls, so that a
    // close() racing with a restart() leaves no process behind.
    private final Object control = new Object();
    private final Path directory = ExitCleanup.newDirectory("broker4j-redis-");
    private final int port = LoopbackPorts.take();
    private final int tlsPort;
    private final @Nullable String password;
    private final List<String> command;

    private volatile @Nullable RedisProcess process;

    @GuardedBy("control")
    private boolean closed;

    private RedisServer(Path binary, List<String> extraConfigArgs) {
        tlsPort = "auto".equals(valueOf("--tls-port", extraConfigArgs)) ? LoopbackPorts.take() : NO_PORT;
        password = valueOf("--requirepass", extraConfigArgs);
        command = new ArrayList<>(List.of(binary.toString(), "--save", "", "--appendonly", "no"));
        command.addAll(List.of("--dir", directory.toString()));
        command.addAll(extraConfigArgs);
        if (tlsPort != NO_PORT) {
            command.set(command.indexOf("--tls-port") + 1, Integer.toString(tlsPort));
        }
        // Last, so that nothing overrides what this class relies on.
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--daemonize", "no"));
        command.addAll(List.of("--logfile", "", "--loglevel", "notice"));
    }

    private static @Nullable String valueOf(String option, List<String> args) {
        int at = args.indexOf(option) + 1;
        return at > 0 && at < args.size() ? args.get(at) : null;
    }

    /**
     * Starts a server on a free port and returns once it has answered a {@code PING}, usually within a quarter of a
     * second.
     *
     * @param extraConfigArgs further redis-server arguments, each word its own string, such as {@code "--appendonly",
     *     "yes"}. They override the defaults {@code save ""}, {@code appendonly no} and {@code dir}, but not port,
     *     address, daemon mode and logging. {@code "--tls-port", "auto"} adds a TLS port, see {@link #tlsPort()};
     *     a {@code --requirepass} is used by {@link #command(String...)}
     * @return the running server, owned by the caller, who closes it
     * @throws IllegalStateException if no executable is found (the message names the remedies), if the server exits or
     *     does not answer within 10 seconds (the message carries its output), or if no port is free
     * @throws UncheckedIOException if the executable cannot be run
     */
    public static RedisServer start(String... extraConfigArgs) {
        Path binary = RedisBinary.find();
        for (int i = 0; i < PORTS_TO_TRY; i++) {
            RedisServer server = new RedisServer(binary, List.of(extraConfigArgs));
            boolean started = false;
            try {
                started = server.launch();
            } finally {
                if (!started) {
                    server.close();
                }
            }
            if (started) {
                return server;
            }
        }
        throw new IllegalStateException(
                "each of " + PORTS_TO_TRY + " ports was taken before redis-server could bind it");
    }

    private boolean launch() {
        synchronized (control) {
            RedisProcess launched = RedisProcess.launch(command);
            process = launched;
            if (launched.awaitReady(START_LIMIT) && answers()) {
                return true;
            }
            launched.kill();
            if (launched.portWasTaken()) {
                return false;
            }
            throw new IllegalStateException("redis-server did not become ready on 127.0.0.1:" + port + " within "
                    + START_LIMIT.toSeconds() + " s; its output:\n" + launched.output());
        }
    }

    private boolean answers() {
        try (RespClient client = new RespClient(port, null, REPLY_LIMIT)) {
            client.call("PING");
            return true;
        } catch (IllegalStateException refused) {
            return true; // an error reply, NOAUTH or LOADING, is an answer
        } catch (IOException silent) {
            return false;
        }
    }

    /** {@return the port for plain connections on 127.0.0.1, the same for the life of this object} */
    public int port() {
        return port;
    }

    /**
     * {@return the port for TLS connections on 127.0.0.1, the same for the life of this object}
     *
     * @throws IllegalStateException if the server was started without {@code "--tls-port", "auto"}
     */
    public int tlsPort() {
        if (tlsPort == NO_PORT) {
            throw new IllegalStateException("this server has no TLS port: start it with \"--tls-port\", \"auto\"");
        }
        return tlsPort;
    }

    /** {@return a locator of the plain port, {@code redis://127.0.0.1:<port>}, without credentials} */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** {@return whether the process exists; a paused one does} */
    public boolean running() {
        RedisProcess current = process;
        return current != null && current.alive();
    }

    /**
     * Kills the process with {@code SIGKILL} and returns when it is gone: nothing is saved, connections are reset, new
     * ones are refused. Without effect when it is not running.
     */
    public void kill() {
        synchronized (control) {
            RedisProcess current = process;
            if (current != null) {
                current.kill();
            }
        }
    }

    /**
     * Starts the server again with the same port, arguments and directory, after killing it when it is running, and
     * returns once it has answered a {@code PING}.
     *
     * @throws IllegalStateException if this server is closed, if somebody took the port meanwhile, or as
     *     {@link #start(String...)}
     */
    public void restart() {
        synchronized (control) {
            requireOpen();
            kill();
            if (!launch()) {
                throw new IllegalStateException("port " + port + " was taken while redis-server was down");
            }
        }
    }

    /**
     * Stops the process with {@code SIGSTOP}: connections stay open and the kernel still accepts bytes and connections
     * for it, but nothing is answered until {@link #resume()}. Without effect when paused already.
     *
     * @throws IllegalStateException if the server is not running
     */
    public void pause() {
        signal("STOP");
    }

    /**
     * Lets a paused process go on; it then handles all that arrived meanwhile. Without effect when it is not paused.
     *
     * @throws IllegalStateException if the server is not running
     */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        synchronized (control) {
            requireOpen();
            RedisProcess current = process;
            if (current == null || !current.alive()) {
                throw new IllegalStateException("redis-server on port " + port + " is not running: restart() it first");
            }
            current.signal(name);
        }
    }

    @GuardedBy("control")
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this server is closed: start another one");
        }
    }

    /**
     * Sends one command over a connection of its own and waits up to 5 seconds for the reply.
     *
     * @param args the command and its arguments, such as {@code "PUBSUB", "NUMSUB", "chat.lobby"}
     * @return the reply as text: every element of an array, however deeply nested, on a line of its own; {@code (nil)}
     *     for null; empty for an empty array
     * @throws IllegalArgumentException if {@code args} is empty
     * @throws IllegalStateException if Redis answers with an error, whose text is in the message
     * @throws UncheckedIOException if the server cannot be reached, ends the connection or does not answer in time
     */
    public String command(String... args) {
        if (args.length == 0) {
            throw new IllegalArgumentException("args is empty: give a command, such as \"PING\"");
        }
        try (RespClient client = new RespClient(port, password, REPLY_LIMIT)) {
            return client.call(args);
        } catch (IOException e) {
            throw new UncheckedIOException("no reply to " + args[0] + " from redis-server on port " + port, e);
        }
    }

    /** Kills the process, deletes its directory and gives its ports back. Idempotent. */
    @Override
    public void close() {
        synchronized (control) {
            if (closed) {
                return;
            }
            closed = true;
            kill();
            ExitCleanup.delete(directory);
            LoopbackPorts.release(port);
            LoopbackPorts.release(tlsPort);
        }
    }
}
