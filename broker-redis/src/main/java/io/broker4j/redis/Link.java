package io.broker4j.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection from its start to its end. A link is never reopened: after an interruption there is a new link, so
 * object identity tells which reply belongs to which connection. Safe for use from any thread.
 */
abstract sealed class Link permits CommandLink, SubscribeLink {
    private static final String SERVER_CLOSED = "the server closed the connection";

    private final StatefulConnection<byte[], byte[]> connection;
    private final DefaultEndpoint endpoint;
    private final Channel channel;
    private volatile long heardAt = System.nanoTime();
    private volatile Runnable onHeard = () -> {};
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    Link(StatefulConnection<byte[], byte[]> connection, DefaultEndpoint endpoint, Channel channel) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.channel = channel;
        ChannelHandlerContext lettuce = channel.pipeline().context(CommandHandler.class);
        if (lettuce != null) {
            channel.pipeline().addBefore(lettuce.name(), "broker4j", new Watching(lettuce));
        }
    }

    /**
     * Records signs of life. Closes the link on any error and on bytes that cannot be parsed.
     * Lettuce would log the error and continue: it would fail the oldest command and take that
     * command's late reply for the reply to the next one, or take new bytes for the rest of a reply
     * it could not parse.
     */
    private final class Watching extends ChannelDuplexHandler {
        private final ChannelHandlerContext lettuce;
        private final CommandHandler handler;

        private Watching(ChannelHandlerContext lettuce) {
            this.lettuce = lettuce;
            this.handler = (CommandHandler) lettuce.handler();
        }

        /**
         * Looks wrong, is intentional: if this were fired as an event, Lettuce's exception would be handed back to
         * Lettuce.
         */
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (handler.getStack().isEmpty() && !mayComeUnasked((ByteBuf) message)) {
                Link.this.close("the server sent a reply to nothing");
            }
            try {
                handler.channelRead(lettuce, message);
            } catch (Exception | Error notUnderstood) {
                Link.this.close("the server sent bytes that are not Redis's protocol: " + notUnderstood.getMessage());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            heardAt = System.nanoTime();
            onHeard.run();
            context.fireChannelReadComplete();
        }

        /** Lettuce closes a channel itself when it cannot parse a reply. */
        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            Link.this.close("the server sent a reply that is not Redis's protocol");
            context.close(promise);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Link.this.close(String.valueOf(cause.getMessage()));
        }
    }

    /** Whether these bytes may be valid although no command waits for a reply. */
    abstract boolean mayComeUnasked(ByteBuf bytes);

    /**
     * After a delay, runs a judgement of this link's silence as one of {@code tasks}. The judgement
     * runs after the bytes that arrived by then are read, so a pause of this JVM does not count as
     * silence of the server.
     */
    public final void judgeLater(Runnable judgement, Duration delay, Tasks tasks) {
        tasks.runLater(() -> afterReads(() -> tasks.run(judgement)), delay);
    }

    /** Runs a task in the I/O thread's next turn, which begins with reading. */
    private void afterReads(Runnable task) {
        EventLoop thread = channel.eventLoop();
        try {
            thread.execute(() -> thread.schedule(task, 0, TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException shutDown) {
            task.run(); // the link is closed and reads nothing more
        }
    }

    /** Sets an action that runs on the I/O thread whenever bytes have arrived; it must neither block nor throw. */
    final void onHeard(Runnable action) {
        onHeard = action;
    }

    /** The time since the last bytes arrived. */
    public final Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardAt);
    }

    /** Asks for a sign of life; any reply counts. */
    final void ping() {
        ask(CommandType.PING, new StatusOutput<>(ByteArrayCodec.INSTANCE));
    }

    /** Asks for the server's role; fails with the server's refusal, or with the reason why the link ended. */
    final CompletableFuture<Role> role() {
        return ask(CommandType.HELLO, new TreeOutput<>(Role::of));
    }

    private <T> CompletableFuture<T> ask(CommandType question, CommandOutput<byte[], byte[], T> answer) {
        AsyncCommand<byte[], byte[], T> command = new AsyncCommand<>(new Command<>(question, answer));
        write(List.of(command));
        return command;
    }

    final void write(Collection<RedisCommand<byte[], byte[], ?>> commands) {
        endpoint.write(commands);
    }

    final Channel channel() {
        return channel;
    }

    /** Whether the link can carry commands, as far as this side knows. */
    public final boolean isOpen() {
        return reason.get() == null && channel.isActive();
    }

    /** The reason why the link is closed, or is about to be closed. */
    final String reason() {
        String known = reason.get();
        return known == null ? SERVER_CLOSED : known;
    }

    /**
     * Calls {@code listener} once with the reason when either side has closed the link and nothing more can arrive from
     * it, usually on its I/O thread. Must be called for every link: this makes Lettuce forget the link.
     */
    final void onClosed(Consumer<String> listener) {
        closed.thenRun(() -> listener.accept(reason()));
        channel.closeFuture().addListener(done -> close(SERVER_CLOSED));
    }

    /** Closes the link; requests in flight fail. */
    public final void close(String why) {
        if (reason.compareAndSet(null, why)) {
            connection.closeAsync().whenComplete((done, failure) -> closed.complete(null));
        }
    }

    /** Closes the link so that nothing more is sent, not even bytes in this machine's kernel buffers. */
    public final void abort(String why) {
        if (!isOpen()) {
            return;
        }
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException closedMeanwhile) {
            // In that case no bytes are waiting to be sent.
        }
        close(why);
    }
}
