package io.broker4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A scriptable network between a client and a server on loopback: it passes bytes on until it is told to hold, delay or
 * cut them at an exact place.
 *
 * <pre>{@code
 * try (TcpProxy proxy = TcpProxy.to(redis.port())) {
 *     Broker broker = Broker.open("redis://127.0.0.1:" + proxy.port());
 *     proxy.cutAfter(Direction.TO_CLIENT, 17);
 *     broker.subscribe(topic, subscriber);
 * }
 * }</pre>
 *
 * <p>A client's connection is accepted whether or not the server's port answers; if that refuses, the client's is reset.
 * An end of stream is passed on behind the bytes before it, a reset at once. Each direction of a connection buffers up
 * to 1 MiB, then the sender feels back-pressure.
 *
 * <p>"Reset" means that both the client and the server get an RST. No byte beyond the place of a cut is ever forwarded.
 * The bytes before it are readable at the other end on Linux, unless the reader was so far behind that its receive
 * buffer was full; other kernels may drop unread bytes when the RST comes.
 *
 * <p>This class is thread-safe. A call returns when its effect is there: no byte that it forbids is forwarded after it.
 * One daemon thread, {@code broker-proxy-<n>}, does all the work of a proxy. Calls after {@link #close()}, except
 * {@link #port()}, throw {@link IllegalStateException}.
 */
public final class TcpProxy implements AutoCloseable {

    private static final Duration LONGEST_DELAY = Duration.ofHours(1);
    private static final int PORTS_TO_TRY = 10;

    private final int port;
    private final ProxyRules rules;
    private final ProxyLoop loop;

    private TcpProxy(int port, ProxyRules rules, ProxyLoop loop) {
        this.port = port;
        this.rules = rules;
        this.loop = loop;
    }

    /**
     * Opens a proxy on a free loopback port that passes everything on.
     *
     * @param targetPort the server's port on loopback, 1 to 65535; nothing needs to listen there yet
     * @return the proxy, owned by the caller, who closes it
     * @throws IllegalArgumentException if {@code targetPort} is out of range
     * @throws IllegalStateException if no port is free
     * @throws UncheckedIOException if the port cannot be listened on for another reason
     */
    public static TcpProxy to(int targetPort) {
        if (targetPort < 1 || targetPort > 65_535) {
            throw new IllegalArgumentException("targetPort is " + targetPort + ", must be 1 to 65535");
        }
        for (int i = 0; i < PORTS_TO_TRY; i++) {
            int port = LoopbackPorts.take();
            try {
                ProxyRules rules = new ProxyRules();
                return new TcpProxy(port, rules, ProxyLoop.start(port, targetPort, rules));
            } catch (BindException taken) {
                LoopbackPorts.release(port);
            } catch (IOException e) {
                LoopbackPorts.release(port);
                throw new UncheckedIOException("cannot open a proxy on port " + port, e);
            }
        }
        throw new IllegalStateException("each of " + PORTS_TO_TRY + " ports was taken before the proxy could bind it");
    }

    /** {@return the port on 127.0.0.1 that clients connect to, the same for the life of this object} */
    public int port() {
        return port;
    }

    /** {@return how many clients' connections are open, those that the server has not accepted yet included} */
    public int connections() {
        return loop.call(() -> loop.connections().size());
    }

    /**
     * Resets every connection and refuses new ones until {@link #restore()}. Rules for later bytes stay as they are.
     * Without effect when cut already.
     */
    public void cut() {
        apply(() -> {
            loop.resetAll();
            loop.stopListening();
        });
    }

    /**
     * Accepts connections again after {@link #cut()}, on the same port. Without effect when not cut.
     *
     * @throws IllegalStateException if somebody took the port meanwhile
     */
    public void restore() {
        apply(loop::listen);
    }

    /** Resets every connection that a client has by now, and goes on accepting new ones. */
    public void reset() {
        apply(loop::resetAll);
    }

    /**
     * Holds the bytes of a direction, and the end of their stream, on present and later connections, which stay open:
     * a path that has become a black hole. Nothing is lost; {@link #unstall} lets it go on.
     *
     * @param direction the way that is blocked
     */
    public void stall(Direction direction) {
        apply(() -> rules.stall(direction));
    }

    /**
     * Ends {@link #stall}: what was held is forwarded in its order. Without effect on a direction that is not stalled.
     *
     * @param direction the way that is free again
     */
    public void unstall(Direction direction) {
        apply(() -> rules.unstall(direction));
    }

    /**
     * Makes a black hole of every connection that a client has by now, for ever: whatever either end sends is read and
     * vanishes, the server's end of the stream too, and the client sees an open connection that is silent. A client that
     * closes such a connection resets it. Later connections are fine: what a NAT or firewall does that has forgotten its
     * connections.
     */
    public void blackHole() {
        apply(() -> loop.connections().forEach(ProxyLink::swallow));
    }

    /**
     * Forwards what arrives from now on no earlier than {@code delay} after its arrival, on present and later
     * connections. The order stays; what arrived before keeps its delay, and holds up what comes after it.
     *
     * @param direction the way that becomes slow
     * @param delay the time to hold bytes for, up to an hour; zero ends it
     * @throws IllegalArgumentException if {@code delay} is negative or longer than an hour
     */
    public void delay(Direction direction, Duration delay) {
        if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException("delay is " + delay + ", must be 0 to " + LONGEST_DELAY);
        }
        apply(() -> rules.delay(direction, delay));
    }

    /**
     * Arms one cut at an exact byte: among the connections open now, the first to have forwarded {@code bytes} further
     * bytes in this direction is reset right after the last of them. When none is open, or all end before, it applies
     * to the next connection. Replaces an earlier cut of this kind that has not come yet.
     *
     * @param direction the way in which bytes are counted
     * @param bytes how many are still forwarded; with 0 the reset comes in place of the first byte
     * @throws IllegalArgumentException if {@code direction} is {@link Direction#BOTH} or {@code bytes} is negative
     */
    public void cutAfter(Direction direction, long bytes) {
        if (direction == Direction.BOTH) {
            throw new IllegalArgumentException("direction is BOTH: bytes are counted TO_SERVER or TO_CLIENT");
        }
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes is " + bytes + ", must be 0 or more");
        }
        apply(() -> rules.cutAfter(direction, bytes, loop.connections()));
    }

    /**
     * Arms one cut between a request and its reply: once a connection, present or later, has forwarded bytes that
     * contain {@code needle} to the server, nothing more reaches its client; the first byte that the server then sends
     * resets the connection, so the server has read the request by the time the client sees the reset. A late reply to
     * an earlier request counts as such a byte: pipeline nothing before the request. Replaces an earlier cut of this
     * kind that has not come yet.
     *
     * @param needle what to look for in the bytes forwarded from now on, across reads; ASCII, such as {@code "PUBLISH"}
     * @throws IllegalArgumentException if {@code needle} is empty or not ASCII
     */
    public void cutAfterRequest(String needle) {
        if (needle.isEmpty() || !StandardCharsets.US_ASCII.newEncoder().canEncode(needle)) {
            throw new IllegalArgumentException("needle is '" + needle + "', must be one or more ASCII characters");
        }
        apply(() -> rules.cutAfterRequest(needle));
    }

    /** Resets every connection, refuses new ones and ends the proxy's thread. Idempotent; not interruptible. */
    @Override
    public void close() {
        loop.close();
    }

    private interface Step {
        void run() throws IOException;
    }

    private void apply(Step step) {
        loop.call(() -> {
            step.run();
            return true;
        });
    }
}
