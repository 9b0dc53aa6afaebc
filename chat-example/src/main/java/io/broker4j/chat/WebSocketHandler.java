package io.broker4j.chat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The end of an upgraded connection's pipeline: turns frames into texts for the session, and violations into close codes. */
final class WebSocketHandler extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(WebSocketHandler.class.getName());

    /** RFC 6455, 7.4.2: codes end at 4999. */
    private static final int LAST_CODE = 4_999;

    private final ClientSocket socket;
    private final Session session;
    private final Assembler assembler;

    WebSocketHandler(ClientSocket socket, Session session, Assembler assembler) {
        this.socket = socket;
        this.session = session;
        this.assembler = assembler;
    }

    /** Says that this server stops, and when to come back. */
    void farewell(long retryMs) {
        WebSocketCloseStatus restart = WebSocketCloseStatus.SERVICE_RESTART;
        socket.send(ServerFrames.bye(restart.code(), retryMs));
        socket.close(restart);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws CorruptedWebSocketFrameException {
        try {
            receive((WebSocketFrame) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        socket.writabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        socket.gone();
        session.gone();
        assembler.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException violation) {
            socket.close(violation.closeStatus());
        } else if (cause instanceof IOException) {
            ctx.close();
        } else {
            LOG.log(System.Logger.Level.ERROR, "closing a connection after an error of this server", cause);
            socket.close(WebSocketCloseStatus.INTERNAL_SERVER_ERROR);
        }
    }

    private void receive(WebSocketFrame frame) throws CorruptedWebSocketFrameException {
        if (frame instanceof CloseWebSocketFrame close) {
            socket.answerClose(answerTo(close));
        } else if (socket.isClosing()) {
            return;
        } else if (frame instanceof PingWebSocketFrame) {
            session.pinged(frame.content());
        } else if (frame instanceof BinaryWebSocketFrame) {
            socket.close(WebSocketCloseStatus.INVALID_MESSAGE_TYPE);
        } else if (!(frame instanceof PongWebSocketFrame)) {
            assemble(frame);
        }
    }

    private void assemble(WebSocketFrame frame) throws CorruptedWebSocketFrameException {
        @Nullable String text = assembler.add(frame);
        if (text != null) {
            session.receive(text);
        }
    }

    /** Codes below {@link #LAST_CODE} that may not be sent are refused by the decoder. */
    private static WebSocketCloseStatus answerTo(CloseWebSocketFrame close) {
        int code = close.statusCode();
        if (code > LAST_CODE) {
            return WebSocketCloseStatus.PROTOCOL_ERROR;
        }
        return code < 0 ? WebSocketCloseStatus.NORMAL_CLOSURE : new WebSocketCloseStatus(code, "");
    }
}
