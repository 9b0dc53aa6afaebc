package io.broker4j.chat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Puts the text of a message together. Netty's own aggregator bounds the bytes, but not the number of fragments, and
 * checks UTF-8 elsewhere. On one event loop.
 */
final class Assembler {
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf begun;
    private int fragments;

    Assembler(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * The text that ends with this frame, or null if more of it is to come. The frame stays the caller's.
     *
     * @throws CorruptedWebSocketFrameException with the code to close with, if it is too long, in too many pieces or not
     *     UTF-8
     */
    @Nullable
    String add(WebSocketFrame frame) throws CorruptedWebSocketFrameException {
        if (begun == null && frame.isFinalFragment()) {
            return text(frame.content());
        }
        ByteBuf message = begin();
        if (++fragments > ProtocolLimits.FRAGMENTS) {
            throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.MESSAGE_TOO_BIG, "too many fragments");
        }
        if (message.readableBytes() + frame.content().readableBytes() > ProtocolLimits.FRAME) {
            throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.MESSAGE_TOO_BIG, "too long");
        }
        message.writeBytes(frame.content());
        return frame.isFinalFragment() ? end(message) : null;
    }

    /** Forgets what has begun. */
    void close() {
        if (begun != null) {
            begun.release();
            begun = null;
        }
    }

    private ByteBuf begin() {
        if (begun == null) {
            begun = allocator.buffer();
            fragments = 0;
        }
        return begun;
    }

    private String end(ByteBuf message) throws CorruptedWebSocketFrameException {
        try {
            return text(message);
        } finally {
            close();
        }
    }

    private static String text(ByteBuf utf8) throws CorruptedWebSocketFrameException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8.nioBuffer()).toString();
        } catch (CharacterCodingException malformed) {
            throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "not UTF-8");
        }
    }
}
