package io.broker4j.chat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pings a client, and closes it when it stays silent. Any complete frame is a sign of life. */
final class PingCheck extends ChannelInboundHandlerAdapter {
    private final ClientSocket socket;
    private final Timings timings;
    private final LoopTimer ping;
    private final LoopTimer pong;
    private boolean heard;

    PingCheck(ClientSocket socket, Timings timings, EventLoop loop) {
        this.socket = socket;
        this.timings = timings;
        ping = new LoopTimer(loop, this::ping);
        pong = new LoopTimer(loop, this::judge);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ping.set(untilNextPing());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        heard = true;
        ctx.fireChannelRead(frame);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ping.clear();
        pong.clear();
        ctx.fireChannelInactive();
    }

    private void ping() {
        heard = false;
        // First: whatever becomes of the ping, the client is judged.
        pong.set(timings.pong());
        socket.ping();
    }

    private void judge() {
        if (heard) {
            ping.set(untilNextPing());
        } else {
            socket.close(CloseCodes.NO_PONG);
        }
    }

    /** Clients that came together, after a restart, must not be pinged together for ever. */
    private Duration untilNextPing() {
        long longest = timings.ping().toNanos();
        return Duration.ofNanos(longest - ThreadLocalRandom.current().nextLong(longest / 5 + 1));
    }
}
