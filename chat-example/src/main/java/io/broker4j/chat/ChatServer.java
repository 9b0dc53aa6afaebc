package io.broker4j.chat;

import io.broker4j.Broker;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One server of the chat. The broker is the caller's, and so is closing it, afterwards. */
final class ChatServer implements AutoCloseable {
    /** The default of Netty 4.2 has open issues with direct memory: netty#15850, netty#17107. */
    private static final PooledByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    private static final int WAITING_TO_BE_ACCEPTED = 4_096;
    /** Bounds what the kernel keeps for a client that does not read, beside what is kept here. */
    private static final int SEND_BUFFER = 128 << 10;

    private static final int STOP_SECONDS = 2;

    private final ChatConfig config;
    private final EventLoopGroup loops;
    private final Reads reads;
    private final Rooms rooms;
    private final Upgrades upgrades;
    private final Channel listening;

    private ChatServer(
            ChatConfig config, EventLoopGroup loops, Reads reads, Rooms rooms, Upgrades upgrades, Channel listening) {
        this.config = config;
        this.loops = loops;
        this.reads = reads;
        this.rooms = rooms;
        this.upgrades = upgrades;
        this.listening = listening;
    }

    /**
     * Starts a server that accepts connections when this returns.
     *
     * @throws IOException if it cannot listen at its address
     */
    static ChatServer start(ChatConfig config, Broker broker) throws IOException {
        StaticFiles files = StaticFiles.load();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                new DefaultThreadFactory("chat-loop"),
                NioIoHandler.newFactory());
        Map<EventLoop, LoopBatch> batches = new IdentityHashMap<>();
        for (EventExecutor each : loops) {
            EventLoop loop = (EventLoop) each;
            batches.put(loop, new LoopBatch(loop));
        }
        Reads reads = new Reads();
        Rooms rooms = new Rooms(broker, ALLOCATOR, batches.values(), config, reads);
        Upgrades upgrades = new Upgrades(config, rooms, batches);
        ChannelFuture bound = bootstrap(loops, new ConnectionInitializer(files, upgrades, config))
                .bind(config.address())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop(loops);
            reads.close();
            throw new IOException(
                    "cannot listen at " + NetUtil.toSocketAddressString(config.address()) + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return new ChatServer(config, loops, reads, rooms, upgrades, bound.channel());
    }

    private static ServerBootstrap bootstrap(EventLoopGroup loops, ConnectionInitializer connections) {
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, ALLOCATOR)
                .option(ChannelOption.SO_BACKLOG, WAITING_TO_BE_ACCEPTED)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, ALLOCATOR)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ClientSocket.A_LITTLE)
                .childHandler(connections);
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    String node() {
        return config.node();
    }

    Rooms rooms() {
        return rooms;
    }

    /** WebSockets open now. */
    int sessions() {
        return upgrades.sessions().size();
    }

    /** Takes nobody any more, sends everybody away, and stops. Idempotent. */
    @Override
    public void close() {
        upgrades.stop();
        listening.close().awaitUninterruptibly();
        try {
            Dismissal.say(upgrades.sessions(), config.timings());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        reads.close();
        stop(loops);
    }

    private static void stop(EventLoopGroup loops) {
        loops.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
    }
}
