package io.broker4j.chat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.List;

/** WebSocket frames as they are on the wire, from server to client: final, unmasked. There is no encoder behind these. */
final class WireFrames {
    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_CLOSE = 0x88;
    private static final int FINAL_PING = 0x89;
    private static final int FINAL_PONG = 0x8A;
    private static final int LARGEST_SHORT = 125;
    private static final int LARGEST_MEDIUM = 0xFFFF;
    private static final int MEDIUM = 126;
    private static final int LONG = 127;
    private static final int LARGEST_HEADER = 10;

    private WireFrames() {}

    static ByteBuf text(ByteBufAllocator allocator, byte[] utf8) {
        ByteBuf frame = allocator.directBuffer(utf8.length + LARGEST_HEADER);
        writeText(frame, utf8);
        return frame;
    }

    /** One frame for each line, joined. */
    static ByteBuf texts(ByteBufAllocator allocator, List<Line> lines) {
        int bytes = lines.stream()
                .mapToInt(line -> line.json.length + LARGEST_HEADER)
                .sum();
        ByteBuf frames = allocator.directBuffer(bytes);
        lines.forEach(line -> writeText(frames, line.json));
        return frames;
    }

    private static void writeText(ByteBuf to, byte[] utf8) {
        to.writeByte(FINAL_TEXT);
        if (utf8.length <= LARGEST_SHORT) {
            to.writeByte(utf8.length);
        } else if (utf8.length <= LARGEST_MEDIUM) {
            to.writeByte(MEDIUM).writeShort(utf8.length);
        } else {
            to.writeByte(LONG).writeLong(utf8.length);
        }
        to.writeBytes(utf8);
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
