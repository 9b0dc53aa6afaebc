package io.broker4j.chat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Position;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * The members of one room on one event loop, and the frames waiting for them. Waiting frames are joined into few
 * buffers that all sockets share, so a turn costs few writes per socket, whatever the number of messages. If too many
 * bytes wait, or sending fails, each member reads the missing messages again from its own position.
 */
final class LoopMembers implements Runnable {
    /** Limit of a joined buffer. One unread byte of a client keeps the whole buffer in memory. */
    private static final int JOINED_BYTES = 64 << 10;

    /** Waiting for a loop that is busy with other rooms; more than that is dropped, and read again for each member. */
    static final int WAITING_BYTES = 4 << 20;

    /** A client and the last message sent to it. On its event loop. */
    abstract static class Member {
        private final ClientSocket socket;
        private int index;
        private long number;
        private Position position = Position.ORIGIN;

        Member(ClientSocket socket) {
            this.socket = socket;
        }

        final ClientSocket socket() {
            return socket;
        }

        /** The place of the last message that it has been told. */
        final Position position() {
            return position;
        }

        final void told(long frame, Position upTo) {
            number = frame;
            position = upTo;
        }

        private boolean lacks(long frame) {
            return number < frame;
        }

        /** Something live was dropped before it was sent: the member leaves and reads it again. */
        abstract void fellBehind();
    }

    private final LoopBatch batch;
    private final ByteBufAllocator allocator;
    /** On the loop only. */
    private final List<Member> members = new ArrayList<>();
    /** Frames up to this number go only to the members that lack them. On the loop only. */
    private long spliced;
    /** Written on the loop, read by the thread that offers. */
    private volatile boolean empty = true;

    @GuardedBy("this")
    private Waiting waiting = new Waiting();

    /** A frame, and its place among all that the members are told. */
    private record Numbered(long number, Position position, ByteBuf frame) {}

    /** What is handed over in one turn. */
    private static final class Waiting {
        final List<Numbered> frames = new ArrayList<>();
        int bytes;
        boolean overflown;

        void add(long number, Position position, ByteBuf frame) {
            overflown |= bytes + frame.readableBytes() > WAITING_BYTES;
            if (!overflown) {
                bytes += frame.readableBytes();
                frames.add(new Numbered(number, position, frame.retainedDuplicate()));
            }
        }
    }

    LoopMembers(LoopBatch batch, ByteBufAllocator allocator) {
        this.batch = batch;
        this.allocator = allocator;
    }

    /** Adds a member, which gets all later frames that it {@linkplain Member#lacks lacks}. On the loop. */
    void add(Member member) {
        member.index = members.size();
        members.add(member);
        empty = false;
    }

    /** A member has heard all up to there. On the loop. */
    void spliced(long number) {
        spliced = Math.max(spliced, number);
    }

    /** On the loop. */
    void remove(Member member) {
        Member last = members.remove(members.size() - 1);
        if (last != member) {
            members.set(member.index, last);
            last.index = member.index;
        }
        empty = members.isEmpty();
    }

    /** Takes a frame for all members who have not heard that much, from any thread; it stays the caller's. */
    void offer(long number, Position position, ByteBuf frame) {
        if (empty) {
            return;
        }
        boolean first;
        synchronized (this) {
            first = waiting.frames.isEmpty();
            waiting.add(number, position, frame);
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
        boolean sent = false;
        try {
            send(taken.frames);
            sent = true;
        } finally {
            taken.frames.forEach(each -> each.frame.release());
            if (taken.overflown || !sent) {
                List.copyOf(members).forEach(Member::fellBehind);
            }
        }
    }

    private void send(List<Numbered> frames) {
        int from = 0;
        while (from < frames.size() && frames.get(from).number <= spliced) {
            sendToWhoLacks(frames.get(from++));
        }
        while (from < frames.size()) {
            int to = joinable(frames, from);
            send(frames.get(to - 1), joined(frames.subList(from, to)));
            from = to;
        }
    }

    private static int joinable(List<Numbered> frames, int from) {
        int to = from + 1;
        int bytes = frames.get(from).frame.readableBytes();
        while (to < frames.size() && bytes + frames.get(to).frame.readableBytes() <= JOINED_BYTES) {
            bytes += frames.get(to++).frame.readableBytes();
        }
        return to;
    }

    private ByteBuf joined(List<Numbered> frames) {
        if (frames.size() == 1) {
            return frames.get(0).frame.retain();
        }
        ByteBuf joined = allocator.directBuffer(
                frames.stream().mapToInt(each -> each.frame.readableBytes()).sum());
        frames.forEach(each -> joined.writeBytes(each.frame));
        return joined;
    }

    private void sendToWhoLacks(Numbered next) {
        for (Member member : members) {
            if (member.lacks(next.number)) {
                tell(member, next, next.frame);
            }
        }
    }

    private void send(Numbered last, ByteBuf frames) {
        try {
            members.forEach(member -> tell(member, last, frames));
        } finally {
            frames.release();
        }
    }

    /** A member for whom it goes wrong has not been told. */
    private static void tell(Member member, Numbered last, ByteBuf frames) {
        member.socket.send(frames.retainedDuplicate());
        member.told(last.number, last.position);
    }
}
