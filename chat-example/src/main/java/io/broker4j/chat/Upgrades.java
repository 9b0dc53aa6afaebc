package io.broker4j.chat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Decides who gets a WebSocket, and makes a chat session of an HTTP connection. */
final class Upgrades {
    private static final WebSocketDecoderConfig FRAMES = WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(ProtocolLimits.FRAME)
            .expectMaskedFrames(true)
            .allowMaskMismatch(false)
            .allowExtensions(false)
            .closeOnProtocolViolation(false)
            .withUTF8Validator(false)
            .build();

    private final ChatConfig config;
    private final Rooms rooms;
    private final Map<EventLoop, LoopBatch> batches;
    private final Origins origins;
    private final ConnectionCounter census;
    private final ChannelGroup sessions = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile boolean stopping;

    Upgrades(ChatConfig config, Rooms rooms, Map<EventLoop, LoopBatch> batches) {
        this.config = config;
        this.rooms = rooms;
        this.batches = batches;
        origins = new Origins(config.allowedOrigins());
        census = new ConnectionCounter(config.maxConnections(), config.maxConnectionsPerAddress());
    }

    /** Why a request gets no WebSocket; empty if it is counted and must be {@link #accept accepted}. */
    Optional<HttpResponseStatus> refusal(Channel channel, HttpRequest request) {
        if (!Handshake.isAskedFor(request)) {
            return Optional.of(HttpResponseStatus.UPGRADE_REQUIRED);
        }
        if (!Handshake.hasKey(request)) {
            return Optional.of(HttpResponseStatus.BAD_REQUEST);
        }
        if (!mayConnect(request)) {
            return Optional.of(HttpResponseStatus.FORBIDDEN);
        }
        if (stopping) {
            return Optional.of(HttpResponseStatus.SERVICE_UNAVAILABLE);
        }
        return counted(channel);
    }

    /**
     * Answers the handshake, and puts a session at the end of the pipeline; what spoke HTTP is to be removed by the caller.
     * Whoever has the answer is among the {@link #sessions}, so that a server that stops forgets nobody.
     */
    void accept(Channel channel, HttpRequest request) {
        sessions.add(channel);
        channel.writeAndFlush(Handshake.answer(request));
        LoopBatch batch = Objects.requireNonNull(batches.get(channel.eventLoop()), "a loop of this server");
        ClientSocket socket = new ClientSocket(channel, batch, config.timings());
        LoopTimer hello = new LoopTimer(channel.eventLoop(), () -> socket.close(CloseCodes.PROTOCOL));
        Session session = new Session(
                socket,
                config,
                new ClientRooms(rooms, socket),
                new Pages(socket),
                new Allowance(config, System::nanoTime),
                hello,
                InstantSource.system());
        WebSocketHandler handler = new WebSocketHandler(socket, session, new Assembler(channel.alloc()));
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new WebSocket13FrameDecoder(FRAMES));
        pipeline.addLast(new PingCheck(socket, config.timings(), channel.eventLoop()));
        pipeline.addLast(handler);
        hello.set(config.timings().hello());
        if (stopping) {
            // Later: what is written now would still meet the HTTP encoder.
            channel.eventLoop().execute(() -> handler.farewell(0));
        }
    }

    /** From now on nobody gets one. */
    void stop() {
        stopping = true;
    }

    ChannelGroup sessions() {
        return sessions;
    }

    /** No origin at all: not a browser, and so nobody whose cookies or network could be borrowed. */
    private boolean mayConnect(HttpRequest request) {
        List<String> given = request.headers().getAll(HttpHeaderNames.ORIGIN);
        String host = request.headers().get(HttpHeaderNames.HOST);
        return given.isEmpty() || given.size() == 1 && host != null && origins.allow(given.get(0), host);
    }

    private Optional<HttpResponseStatus> counted(Channel channel) {
        InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        return switch (census.enter(address)) {
            case FULL -> Optional.of(HttpResponseStatus.SERVICE_UNAVAILABLE);
            case TOO_MANY_FROM_THERE -> Optional.of(HttpResponseStatus.TOO_MANY_REQUESTS);
            case WELCOME -> {
                channel.closeFuture().addListener(closed -> census.leave(address));
                yield Optional.empty();
            }
        };
    }
}
