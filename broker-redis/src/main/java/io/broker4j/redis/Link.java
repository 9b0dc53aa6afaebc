package io.broker4j.redis;

import io.lettuce.core.api.StatefulConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One TCP connection from connected to closed. It never comes back: after an interruption there is a new link, so that what
 * belongs to which connection is a question of object identity. Safe for use from any thread.
 */
abstract sealed class Link permits PublishLink, SubscribeLink {
    private final StatefulConnection<byte[], byte[]> connection;
    private final Channel channel;
    private final AtomicReference<String> reason = new AtomicReference<>();

    Link(StatefulConnection<byte[], byte[]> connection, Channel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    final Channel channel() {
        return channel;
    }

    /** Whether it can carry commands, as far as this side knows. */
    final boolean isOpen() {
        return reason.get() == null && channel.isActive();
    }

    /** Calls {@code listener} once with the reason when the link is closed, at once if it is already; usually on its I/O thread. */
    final void onClosed(Consumer<String> listener) {
        channel.closeFuture().addListener(closed -> {
            reason.compareAndSet(null, "the server closed the connection");
            listener.accept(reason.get());
        });
    }

    /** Closes; what is in flight fails. */
    final void close(String why) {
        reason.compareAndSet(null, why);
        connection.closeAsync();
        channel.close();
    }

    /** Closes so that nothing is sent any more, not even what this machine's kernel still holds. */
    final void abort(String why) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        close(why);
    }
}
