package io.broker4j.chat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * The sending half of one WebSocket. On its event loop only.
 *
 * <p>Nothing waits for a client: what it does not read is kept up to {@link ProtocolLimits#BACKLOG} bytes, and a client
 * that would need more, or leaves more than a little for too long, is closed.
 */
final class ClientSocket {
    /** More than the upper mark waiting is more than a little; it is over when less than the lower mark waits. */
    static final WriteBufferWaterMark A_LITTLE = new WriteBufferWaterMark(16 << 10, 32 << 10);

    private static final System.Logger LOG = System.getLogger(ClientSocket.class.getName());

    private final Channel channel;
    private final LoopBatch batch;
    private final Timings timings;
    private final LoopTimer slowReader;
    private final Queue<Runnable> whenWritable = new ArrayDeque<>(1);
    private boolean touched;
    private boolean closing;

    ClientSocket(Channel channel, LoopBatch batch, Timings timings) {
        this.channel = channel;
        this.batch = batch;
        this.timings = timings;
        slowReader = new LoopTimer(channel.eventLoop(), () -> close(CloseCodes.TOO_SLOW));
    }

    LoopBatch batch() {
        return batch;
    }

    boolean isClosing() {
        return closing;
    }

    /** Whether the connection is not over; from any thread. */
    boolean isOpen() {
        return channel.isOpen();
    }

    /** Runs something for this client in its loop's next turn; from any thread. */
    void later(Runnable task) {
        batch.execute(() -> attempt(task));
    }

    /**
     * Runs something for this client, who loses the connection if that goes wrong: it would otherwise wait for an answer that
     * does not come. When it is back it is told what it has missed.
     */
    void attempt(Runnable task) {
        try {
            task.run();
        } catch (Throwable broken) {
            LOG.log(System.Logger.Level.ERROR, "closing a connection after an error of this server", broken);
            close(WebSocketCloseStatus.INTERNAL_SERVER_ERROR);
        }
    }

    /** Sends JSON in a text frame. */
    void send(byte[] json) {
        if (!closing) {
            send(WireFrames.text(channel.alloc(), json));
        }
    }

    /** Sends one or more complete frames, which this takes over; they leave with the others of this turn. */
    void send(ByteBuf frames) {
        if (closing || !channel.isActive()) {
            frames.release();
            return;
        }
        if (!fits(frames.readableBytes())) {
            frames.release();
            close(CloseCodes.TOO_SLOW);
            return;
        }
        channel.write(frames, channel.voidPromise());
        touch();
    }

    /** Sends one frame for each line. */
    void send(List<Line> lines) {
        if (!closing) {
            send(WireFrames.texts(channel.alloc(), lines));
        }
    }

    /**
     * Runs an action that sends much, once the client has read most of what was sent before. Actions run one after
     * another; they are dropped when the connection ends.
     */
    void whenWritable(Runnable action) {
        whenWritable.add(action);
        goOn();
    }

    private void goOn() {
        while (!closing && channel.isWritable() && !whenWritable.isEmpty()) {
            attempt(whenWritable.remove());
        }
    }

    void ping() {
        send(WireFrames.ping(channel.alloc()));
    }

    /** Answers a ping with its own payload, which stays the caller's. */
    void pong(ByteBuf payload) {
        send(WireFrames.pong(channel.alloc(), payload));
    }

    void flush() {
        touched = false;
        channel.flush();
    }

    /** Whether the client takes what it is sent may have changed. */
    void writabilityChanged() {
        if (channel.isWritable()) {
            slowReader.clear();
            if (!whenWritable.isEmpty()) {
                batch.execute(this::goOn);
            }
        } else if (!closing) {
            slowReader.set(timings.slowReader());
        }
    }

    /** Says why and stops sending. A client that does not answer in time is cut off. */
    void close(WebSocketCloseStatus status) {
        if (!closing) {
            begin(status);
        }
    }

    /** The client closes: it gets its code back, and the connection is over. */
    void answerClose(WebSocketCloseStatus status) {
        if (closing) {
            channel.close();
        } else {
            begin(status).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private ChannelFuture begin(WebSocketCloseStatus status) {
        closing = true;
        slowReader.clear();
        channel.eventLoop().schedule(() -> channel.close(), timings.closing().toNanos(), TimeUnit.NANOSECONDS);
        return channel.writeAndFlush(WireFrames.close(channel.alloc(), status));
    }

    /** The connection is gone. */
    void gone() {
        closing = true;
        whenWritable.clear();
        slowReader.clear();
    }

    private void touch() {
        if (!touched) {
            touched = true;
            batch.touch(this);
        }
    }

    private boolean fits(int bytes) {
        if (waiting() + bytes > ProtocolLimits.BACKLOG) {
            channel.flush();
        }
        return waiting() + bytes <= ProtocolLimits.BACKLOG;
    }

    private long waiting() {
        return channel.isWritable()
                ? A_LITTLE.high() - channel.bytesBeforeUnwritable()
                : A_LITTLE.low() + channel.bytesBeforeWritable();
    }
}
