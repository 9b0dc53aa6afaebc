package io.broker4j.chat;

import io.broker4j.Position;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;

/** The members of a room on all event loops. */
final class Audience {
    private final ByteBufAllocator allocator;
    private final Map<LoopBatch, LoopMembers> byLoop = new IdentityHashMap<>();

    Audience(ByteBufAllocator allocator, Collection<LoopBatch> loops) {
        this.allocator = allocator;
        for (LoopBatch loop : loops) {
            byLoop.put(loop, new LoopMembers(loop, allocator));
        }
    }

    LoopMembers on(LoopBatch loop) {
        return Objects.requireNonNull(byLoop.get(loop), "a loop of this server");
    }

    /**
     * Encodes a frame once, for all members that know less. For one thread after another.
     *
     * @param number grows with every call
     * @param position what whoever hears this has heard up to
     */
    void tell(long number, Position position, byte[] json) {
        ByteBuf frame = WireFrames.text(allocator, json);
        byLoop.values().forEach(each -> each.offer(number, position, frame));
        frame.release();
    }
}
