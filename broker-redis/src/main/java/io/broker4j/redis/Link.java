package io.broker4j.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.CommandHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection from connected to closed. It never comes back: after an interruption there is a new link, so that what
 * belongs to which connection is a question of object identity. Safe for use from any thread.
 */
abstract sealed class Link permits PublishLink, SubscribeLink {
    private static final String SERVER_CLOSED = "the server closed the connection";

    private final StatefulConnection<byte[], byte[]> connection;
    private final Channel channel;
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    Link(StatefulConnection<byte[], byte[]> connection, Channel channel) {
        this.connection = connection;
        this.channel = channel;
        ChannelHandlerContext lettuce = channel.pipeline().context(CommandHandler.class);
        if (lettuce != null) {
            channel.pipeline().addBefore(lettuce.name(), "broker4j", new Failing());
        }
    }

    /**
     * Gives the link up on any error. Lettuce would log it and fail the oldest command with it, whose reply may still come and
     * would be taken for that of the next.
     */
    private final class Failing extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            close(String.valueOf(cause.getMessage()));
        }
    }

    final Channel channel() {
        return channel;
    }

    /** Whether it can carry commands, as far as this side knows. */
    final boolean isOpen() {
        return reason.get() == null && channel.isActive();
    }

    /** Why it is closed, or is about to be. */
    final String reason() {
        String known = reason.get();
        return known == null ? SERVER_CLOSED : known;
    }

    /**
     * Calls {@code listener} once with the reason when the link is closed, by whichever side, and nothing more can arrive from
     * it; usually on its I/O thread. Must be called for every link: this is what makes Lettuce forget it.
     */
    final void onClosed(Consumer<String> listener) {
        closed.thenRun(() -> listener.accept(reason()));
        channel.closeFuture().addListener(done -> close(SERVER_CLOSED));
    }

    /** Closes; what is in flight fails. */
    final void close(String why) {
        if (reason.compareAndSet(null, why)) {
            connection.closeAsync().whenComplete((done, failure) -> closed.complete(null));
        }
    }

    /** Closes so that nothing is sent any more, not even what this machine's kernel still holds. */
    final void abort(String why) {
        if (!isOpen()) {
            return;
        }
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException closedMeanwhile) {
            // Then there is nothing to be kept from being sent.
        }
        close(why);
    }
}
