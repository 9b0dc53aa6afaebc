package io.broker4j.chat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection as long as it speaks HTTP: the page's files, and the way to a WebSocket. Whoever takes too long to ask, or
 * to take the answer, is cut off.
 */
final class HttpRequests extends ChannelInboundHandlerAdapter {
    static final String WEBSOCKET_PATH = "/ws";

    private final StaticFiles files;
    private final Upgrades upgrades;
    private final Timings timings;
    private final LoopTimer deadline;
    private @Nullable HttpRequest asked;
    private boolean finished;

    HttpRequests(StaticFiles files, Upgrades upgrades, Timings timings, LoopTimer deadline) {
        this.files = files;
        this.upgrades = upgrades;
        this.timings = timings;
        this.deadline = deadline;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline.set(timings.handshake());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (!finished && message instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (!finished && message instanceof LastHttpContent && asked != null) {
                answer(ctx, asked);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    /** A client that asks and asks without taking the answers is not listened to until it does. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        Optional<HttpResponseStatus> fault = fault(request);
        if (fault.isPresent()) {
            finish(ctx, refused(fault.get()));
        } else {
            asked = request;
        }
    }

    private static Optional<HttpResponseStatus> fault(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(status(request.decoderResult().cause()));
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || hosts == 0 && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return Optional.of(HttpResponseStatus.BAD_REQUEST);
        }
        if (!hasBody(request)) {
            return Optional.empty();
        }
        return Optional.of(
                isKnown(request.method())
                        ? HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE
                        : HttpResponseStatus.METHOD_NOT_ALLOWED);
    }

    private static boolean hasBody(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
    }

    private static boolean isKnown(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    private static HttpResponseStatus status(Throwable fault) {
        if (fault instanceof TooLongHttpLineException) {
            return HttpResponseStatus.REQUEST_URI_TOO_LONG;
        }
        return fault instanceof TooLongHttpHeaderException
                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                : HttpResponseStatus.BAD_REQUEST;
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest request) {
        asked = null;
        String path = request.uri().split("\\?", 2)[0];
        if (path.equals(WEBSOCKET_PATH) && isKnown(request.method())) {
            upgrade(ctx, request);
        } else if (HttpUtil.isKeepAlive(request)) {
            ctx.write(file(request, path));
            deadline.set(timings.handshake());
        } else {
            finish(ctx, file(request, path));
        }
    }

    private FullHttpResponse file(HttpRequest request, String path) {
        if (!isKnown(request.method())) {
            return refused(HttpResponseStatus.METHOD_NOT_ALLOWED);
        }
        return files.get(path, request.headers()).orElseGet(() -> Replies.of(HttpResponseStatus.NOT_FOUND));
    }

    private void upgrade(ChannelHandlerContext ctx, HttpRequest request) {
        Optional<HttpResponseStatus> refusal = upgrades.refusal(ctx.channel(), request);
        if (refusal.isPresent()) {
            finish(ctx, refused(refusal.get()));
            return;
        }
        upgrades.accept(ctx.channel(), request);
        ctx.pipeline().remove(this);
        // Last: it hands on what the client has sent behind its request.
        ctx.pipeline().remove(HttpServerCodec.class);
    }

    private static FullHttpResponse refused(HttpResponseStatus status) {
        FullHttpResponse response = Replies.of(status);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, Handshake.VERSION);
        } else if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        return response;
    }

    /** The last response: closing at once, with input unread, would reset the connection before the client has read it. */
    private void finish(ChannelHandlerContext ctx, FullHttpResponse response) {
        finished = true;
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ChannelFuture written = ctx.writeAndFlush(response);
        if (ctx.channel() instanceof DuplexChannel duplex) {
            written.addListener(done -> duplex.shutdownOutput());
        }
        deadline.set(timings.closing());
    }
}
