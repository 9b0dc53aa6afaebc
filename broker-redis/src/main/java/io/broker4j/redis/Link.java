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
 * One TCP connection from connected to closed. It never comes back: after an interruption there is a new link, so that what
 * belongs to which connection is a question of object identity. Safe for use from any thread.
 */
abstract sealed class Link permits CommandLink, SubscribeLink {
    private static final String SERVER_CLOSED = "the server closed the connection";

    private final StatefulConnection<byte[], byte[]> connection;
    private final DefaultEndpoint endpoint;
    private final Channel channel;
    private volatile long heardAt = System.nanoTime();
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
     * Takes note of signs of life, and gives the link up on any error, and on what cannot be understood. Lettuce would log it and
     * go on: it would fail the oldest command, whose reply may still come and would be taken for that of the next, or take what
     * arrives for the rest of what it did not understand.
     */
    private final class Watching extends ChannelDuplexHandler {
        private final ChannelHandlerContext lettuce;
        private final CommandHandler handler;

        private Watching(ChannelHandlerContext lettuce) {
            this.lettuce = lettuce;
            this.handler = (CommandHandler) lettuce.handler();
        }

        /** Looks wrong, is intentional: fired as an event, what Lettuce throws would be handed back to Lettuce. */
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (handler.getStack().isEmpty() && !mayComeUnasked((ByteBuf) message)) {
                Link.this.close("the server sent a reply to nothing");
            }
            try {
                handler.channelRead(lettuce, message);
            } catch (Exception | Error notUnderstood) {
                Link.this.close("the server sent what is not Redis's protocol: " + notUnderstood.getMessage());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            heardAt = System.nanoTime();
            context.fireChannelReadComplete();
        }

        /** Lettuce closes a channel itself when it does not understand a reply. */
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

    /** Whether bytes may be what they seem although no command waits for a reply. */
    abstract boolean mayComeUnasked(ByteBuf bytes);

    /**
     * Has it judged, after a while and as one of {@code tasks}, whether this link has gone silent: once what has come by then
     * is read, since it is not the server's silence when this JVM stands still.
     */
    final void judgeLater(Runnable judgement, Duration delay, Tasks tasks) {
        tasks.runLater(() -> afterReads(() -> tasks.run(judgement)), delay);
    }

    /** What an I/O thread schedules for itself it does in its next turn, which begins with reading. */
    private void afterReads(Runnable task) {
        EventLoop thread = channel.eventLoop();
        try {
            thread.execute(() -> thread.schedule(task, 0, TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException shutDown) {
            task.run(); // nothing will be read any more
        }
    }

    /** How long nothing has come. */
    final Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardAt);
    }

    /** Asks for a sign of life; what it is does not matter. */
    final void ping() {
        ask(CommandType.PING, new StatusOutput<>(ByteArrayCodec.INSTANCE));
    }

    /** Asks for the server's role; fails with the server's refusal, or with what ended the link. */
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
