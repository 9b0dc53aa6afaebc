package io.broker4j.chat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * The members of one room on one event loop, and the frames waiting for them. All that waits is joined into few buffers,
 * and each socket gets a duplicate: one write per socket and turn, whatever the number of messages.
 */
final class LoopMembers implements Runnable {
    /** Of a joined buffer; a slow client holds on to one more than it has left unread. */
    private static final int JOINED_BYTES = 64 << 10;

    /** Waiting for a loop that is busy with other rooms; more than that is a gap. */
    static final int WAITING_BYTES = 4 << 20;

    private final String room;
    private final LoopBatch batch;
    private final ByteBufAllocator allocator;
    /** On the loop only. */
    private final List<Membership> members = new ArrayList<>();
    /** Written on the loop, read by the thread that offers. */
    private volatile boolean empty = true;
    /** Guarded by this. */
    private Waiting waiting = new Waiting();

    /** What is handed over in one turn. */
    private static final class Waiting {
        final List<ByteBuf> frames = new ArrayList<>();
        int bytes;
        boolean overflown;

        void add(ByteBuf frame) {
            overflown |= bytes + frame.readableBytes() > WAITING_BYTES;
            if (!overflown) {
                bytes += frame.readableBytes();
                frames.add(frame.retainedDuplicate());
            }
        }
    }

    LoopMembers(String room, LoopBatch batch, ByteBufAllocator allocator) {
        this.room = room;
        this.batch = batch;
        this.allocator = allocator;
    }

    /** On the loop. */
    void add(Membership member) {
        member.index = members.size();
        members.add(member);
        empty = false;
    }

    /** On the loop. */
    void remove(Membership member) {
        Membership last = members.remove(members.size() - 1);
        if (last != member) {
            members.set(member.index, last);
            last.index = member.index;
        }
        empty = members.isEmpty();
    }

    /** Takes a frame for all members, from any thread; it stays the caller's. */
    void offer(ByteBuf frame) {
        if (empty) {
            return;
        }
        boolean first;
        synchronized (this) {
            first = waiting.frames.isEmpty();
            waiting.add(frame);
        }
        if (first) {
            batch.execute(this);
        }
    }

    @Override
    public void run() {
        Waiting taken;
        synchronized (this) {
            taken = waiting;
            waiting = new Waiting();
        }
        for (int from = 0; from < taken.frames.size(); ) {
            int to = joinable(taken.frames, from);
            send(joined(taken.frames.subList(from, to)));
            from = to;
        }
        if (taken.overflown) {
            send(WireFrames.text(allocator, ServerFrames.joined(room)));
        }
    }

    private static int joinable(List<ByteBuf> frames, int from) {
        int to = from + 1;
        int bytes = frames.get(from).readableBytes();
        while (to < frames.size() && bytes + frames.get(to).readableBytes() <= JOINED_BYTES) {
            bytes += frames.get(to++).readableBytes();
        }
        return to;
    }

    private ByteBuf joined(List<ByteBuf> frames) {
        if (frames.size() == 1) {
            return frames.get(0);
        }
        ByteBuf joined = allocator.directBuffer(
                frames.stream().mapToInt(ByteBuf::readableBytes).sum());
        for (ByteBuf frame : frames) {
            joined.writeBytes(frame);
            frame.release();
        }
        return joined;
    }

    private void send(ByteBuf frames) {
        for (Membership member : members) {
            member.socket.send(frames.retainedDuplicate());
        }
        frames.release();
    }
}
