package io.broker4j.chat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/** WebSocket frames as they are on the wire, from server to client: final, unmasked. There is no encoder behind these. */
final class WireFrames {
    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_CLOSE = 0x88;
    private static final int FINAL_PING = 0x89;
    private static final int FINAL_PONG = 0x8A;
    private static final int LARGEST_SHORT = 125;
    private static final int LARGEST_MEDIUM = 0xFFFF;
    private static final int MEDIUM = 126;
    private static final int LARGEST_HEADER = 4;

    private WireFrames() {}

    static ByteBuf text(ByteBufAllocator allocator, byte[] utf8) {
        if (utf8.length > LARGEST_MEDIUM) {
            throw new IllegalArgumentException(
                    "a frame of " + utf8.length + " bytes, at most " + LARGEST_MEDIUM + " allowed");
        }
        ByteBuf frame = allocator.directBuffer(utf8.length + LARGEST_HEADER);
        frame.writeByte(FINAL_TEXT);
        if (utf8.length <= LARGEST_SHORT) {
            frame.writeByte(utf8.length);
        } else {
            frame.writeByte(MEDIUM).writeShort(utf8.length);
        }
        return frame.writeBytes(utf8);
    }

    static ByteBuf close(ByteBufAllocator allocator, WebSocketCloseStatus status) {
        int reason = ByteBufUtil.utf8Bytes(status.reasonText());
        ByteBuf frame = allocator.directBuffer(LARGEST_HEADER + reason);
        frame.writeByte(FINAL_CLOSE).writeByte(2 + reason).writeShort(status.code());
        ByteBufUtil.writeUtf8(frame, status.reasonText());
        return frame;
    }

    static ByteBuf ping(ByteBufAllocator allocator) {
        return allocator.directBuffer(2).writeByte(FINAL_PING).writeByte(0);
    }

    /** Answers a ping with its own payload, which stays the caller's. */
    static ByteBuf pong(ByteBufAllocator allocator, ByteBuf payload) {
        ByteBuf frame = allocator.directBuffer(2 + payload.readableBytes());
        frame.writeByte(FINAL_PONG).writeByte(payload.readableBytes());
        return frame.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }
}
