package io.broker4j.redis;

import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The connection that publishes.
 *
 * <p>Commands are not written by the callers: a caller that is this connection's I/O thread would overtake others. They are
 * pushed onto a stack without a lock, and whoever finds it empty wakes the I/O thread, which takes all that is there, in the
 * order in which it was pushed, and writes it with one flush. The order of the pushes is that of the calls, since the engine
 * publishes to one topic under a lock.
 */
final class PublishLink extends Link {
    private final AtomicReference<@Nullable Publish> pushed = new AtomicReference<>();

    /**
     * One for all commands, although Lettuce has one for each: replies are decoded one after another on one thread, and each
     * command takes an error out again when it completes.
     */
    private final PublishReply reply = new PublishReply();

    PublishLink(StatefulConnection<byte[], byte[]> connection, DefaultEndpoint endpoint, Channel channel) {
        super(connection, endpoint, channel);
    }

    /** A push is ignored, but a reply would be taken for that of the next command. */
    @Override
    boolean mayComeUnasked(ByteBuf bytes) {
        return bytes.getByte(bytes.readerIndex()) == '>';
    }

    PublishReply reply() {
        return reply;
    }

    void write(Publish command) {
        Publish below;
        do {
            below = pushed.get();
            command.below = below;
        } while (!pushed.compareAndSet(below, command));
        if (below == null) {
            try {
                channel().eventLoop().execute(this::drain);
            } catch (RejectedExecutionException shutDown) {
                refuse(takeAll());
            }
        }
    }

    private void drain() {
        List<Publish> commands = takeAll();
        if (!isOpen()) {
            refuse(commands);
            return;
        }
        try {
            write(Collections.<RedisCommand<byte[], byte[], ?>>unmodifiableList(commands));
        } catch (RuntimeException | Error unexpected) {
            close("a write failed: " + unexpected);
            commands.forEach(command -> command.completeExceptionally(unexpected));
        }
    }

    private List<Publish> takeAll() {
        List<Publish> commands = new ArrayList<>();
        for (Publish command = pushed.getAndSet(null); command != null; ) {
            Publish below = command.below;
            command.below = null;
            commands.add(command);
            command = below;
        }
        Collections.reverse(commands);
        return commands;
    }

    private static void refuse(List<Publish> commands) {
        for (Publish command : commands) {
            command.completeExceptionally(new PublishException(
                    Outcome.NOT_SENT, "the connection was lost before the message was handed to it"));
        }
    }
}
