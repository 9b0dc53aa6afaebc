package io.broker4j.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One direction of one connection: reads from its source, holds what may not go on yet, writes the rest to its sink.
 * Used by the proxy's thread alone.
 */
final class ProxyFlow {
    private static final int READ_BYTES = 64 * 1024;
    private static final int HELD_LIMIT = 1024 * 1024;

    /** Bytes that may be written from {@code dueNanos} on; an empty one stands for the end of the stream. */
    private record Chunk(ByteBuffer bytes, long dueNanos) {}

    private final Direction direction;
    private final SocketChannel source;
    private final SocketChannel sink;
    private final ProxyLink link;
    private final ProxyRules rules;
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    private final Deque<Chunk> held = new ArrayDeque<>();
    private int heldBytes;
    private boolean readable;
    private boolean writable;
    private boolean ended;
    private boolean finished;
    private boolean discarding;
    private boolean swallowing;

    ProxyFlow(Direction direction, SocketChannel source, SocketChannel sink, ProxyLink link, ProxyRules rules) {
        this.direction = direction;
        this.source = source;
        this.sink = sink;
        this.link = link;
        this.rules = rules;
    }

    void sourceIsReadable() {
        readable = true;
    }

    void sinkIsWritable() {
        writable = true;
    }

    boolean waitsForSource() {
        return !ended && (swallowing || heldBytes < HELD_LIMIT && !rules.stalled(direction));
    }

    boolean waitsForSink() {
        return !writable;
    }

    /** Whether the end of the stream has been passed on. */
    boolean finished() {
        return finished;
    }

    /** When the clock lets bytes go on, {@link Long#MAX_VALUE} if something else has to happen first. */
    long nanosUntilDue(long now) {
        Chunk head = held.peek();
        return head == null || !writable || rules.stalled(direction) ? Long.MAX_VALUE : head.dueNanos() - now;
    }

    /** Forwards nothing from here on; the next thing that the source sends resets the connection. */
    void discard() {
        held.clear();
        heldBytes = 0;
        discarding = true;
        if (ended) {
            link.reset();
        }
    }

    /** Forwards nothing from here on, and reads on, so that the sender notices nothing. */
    void swallow() {
        held.clear();
        heldBytes = 0;
        swallowing = true;
    }

    void turn(long now) throws IOException {
        if (readable && waitsForSource()) {
            read(now);
        }
        readable = false; // the selector says so again, as long as there is more
        while (link.open() && nanosUntilDue(now) <= 0) {
            write();
        }
    }

    private void read(long now) throws IOException {
        int count = readBuffer();
        ended = count < 0;
        if (swallowing && ended && direction == Direction.TO_SERVER) {
            link.reset();
        }
        if (swallowing || count == 0) {
            return;
        }
        if (discarding) {
            link.reset();
            return;
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(buffer.position()).put(buffer.flip()).flip();
        heldBytes += bytes.remaining();
        held.add(new Chunk(bytes, now + rules.delayNanos(direction)));
    }

    private int readBuffer() throws IOException {
        try {
            return source.read(buffer.clear());
        } catch (IOException reset) {
            if (swallowing) {
                return -1;
            }
            throw reset;
        }
    }

    private void write() throws IOException {
        ByteBuffer bytes = held.element().bytes();
        if (bytes.hasRemaining()) {
            writeBytes(bytes);
        } else {
            sink.shutdownOutput();
            finished = true;
        }
        if (!bytes.hasRemaining()) {
            held.poll();
        }
    }

    private void writeBytes(ByteBuffer bytes) throws IOException {
        int start = bytes.position();
        int allowed = rules.allowance(link, direction, bytes.remaining());
        int count = sink.write(bytes.slice(start, allowed));
        bytes.position(start + count);
        heldBytes -= count;
        writable = count == allowed;
        rules.forwarded(link, direction, bytes.slice(start, count));
    }
}
