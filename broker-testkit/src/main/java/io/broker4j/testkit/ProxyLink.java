package io.broker4j.testkit;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A client's connection, the one to the server that belongs to it, and the two flows between them. */
final class ProxyLink {
    private final SocketChannel client;
    private final SocketChannel server;
    private final SelectionKey clientKey;
    private final SelectionKey serverKey;
    private final ProxyFlow toServer;
    private final ProxyFlow toClient;
    private final ProxyRules rules;
    private boolean open = true;

    ProxyLink(SocketChannel client, int targetPort, Selector selector, ProxyRules rules) throws IOException {
        this.client = client;
        this.rules = rules;
        server = SocketChannel.open();
        toServer = new ProxyFlow(Direction.TO_SERVER, client, server, this, rules);
        toClient = new ProxyFlow(Direction.TO_CLIENT, server, client, this, rules);
        clientKey = register(client, selector);
        serverKey = register(server, selector);
        rules.opened(this);
        try {
            server.connect(LoopbackPorts.address(targetPort));
            watch();
        } catch (IOException refused) {
            reset();
        }
    }

    private SelectionKey register(SocketChannel channel, Selector selector) throws IOException {
        channel.configureBlocking(false);
        // Nagle's algorithm would hold bytes back that a reset then discards.
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel.register(selector, 0, this);
    }

    boolean open() {
        return open;
    }

    long nanosUntilDue(long now) {
        return Math.min(toServer.nanosUntilDue(now), toClient.nanosUntilDue(now));
    }

    /** Notes what the selector says about one of the two sockets; {@link #turn} acts on it. */
    void ready(SelectionKey key) {
        ProxyFlow from = key == clientKey ? toServer : toClient;
        ProxyFlow to = key == clientKey ? toClient : toServer;
        if (key.isReadable()) {
            from.sourceIsReadable();
        }
        if (key.isWritable()) {
            to.sinkIsWritable();
        }
    }

    void turn(long now) {
        try {
            if (server.isConnectionPending() && !server.finishConnect()) {
                return;
            }
            // Replies first: those that are here already answer earlier requests than the ones that go out now.
            toClient.turn(now);
            toServer.turn(now);
            if (toClient.finished() && toServer.finished()) {
                client.close();
                server.close();
                closed();
            } else {
                watch();
            }
        } catch (IOException peerReset) {
            reset();
        }
    }

    private void watch() {
        if (open) {
            clientKey.interestOps(interest(toServer, toClient));
            serverKey.interestOps(server.isConnectionPending() ? OP_CONNECT : interest(toClient, toServer));
        }
    }

    private static int interest(ProxyFlow from, ProxyFlow to) {
        return (from.waitsForSource() ? OP_READ : 0) | (to.waitsForSink() ? OP_WRITE : 0);
    }

    void discardReplies() {
        toClient.discard();
    }

    /** Drops all later bytes of both sides and the server's end of stream; a client that closes still ends the link. */
    void swallow() {
        toClient.swallow();
        toServer.swallow();
        watch();
    }

    /** Ends both sides with RST, and with it what is held here or still in the kernel's send buffers. */
    void reset() {
        closeWithReset(client);
        closeWithReset(server);
        closed();
    }

    private static void closeWithReset(SocketChannel channel) {
        try (channel) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException alreadyReset) {
            // by the peer, which was faster
        }
    }

    private void closed() {
        open = false;
        rules.closed(this);
    }
}
