package io.broker4j.redis;

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
 * A connection for commands: one publishes and appends, another reads logs.
 *
 * <p>Callers do not write commands: a caller on this connection's I/O thread would overtake others.
 * Callers push commands onto a lock-free stack. A caller that finds the stack empty wakes the I/O
 * thread, which takes all commands in the order of the pushes and writes them with one flush. For
 * one topic this is the order of the calls, because the engine publishes and appends to a topic
 * under a lock.
 */
final class CommandLink extends Link implements Carrier {
    private final AtomicReference<@Nullable Request<?>> pushed = new AtomicReference<>();

    private final PublishReply publishReply = new PublishReply();

    private final AppendReply appendReply = new AppendReply();

    private final Hints hints = new Hints(this);

    CommandLink(StatefulConnection<byte[], byte[]> connection, DefaultEndpoint endpoint, Channel channel) {
        super(connection, endpoint, channel);
    }

    /**
     * True for a RESP3 push, which is ignored. A reply would be taken for the reply to the next
     * command.
     */
    @Override
    boolean mayComeUnasked(ByteBuf bytes) {
        return bytes.getByte(bytes.readerIndex()) == '>';
    }

    @Override
    public PublishReply publishReply() {
        return publishReply;
    }

    @Override
    public AppendReply appendReply() {
        return appendReply;
    }

    @Override
    public Hints hints() {
        return hints;
    }

    void write(Request<?> request) {
        request.handTo(this);
        Request<?> below;
        do {
            below = pushed.get();
            request.below = below;
        } while (!pushed.compareAndSet(below, request));
        if (below == null) {
            try {
                channel().eventLoop().execute(this::drain);
            } catch (RejectedExecutionException shutDown) {
                refuse(takeAll());
            }
        }
    }

    private void drain() {
        List<Request<?>> requests = takeAll();
        if (!isOpen()) {
            refuse(requests);
            return;
        }
        try {
            List<RedisCommand<byte[], byte[], ?>> commands = new ArrayList<>(requests.size());
            requests.forEach(request -> request.addTo(commands));
            hints.addTo(commands);
            write(commands);
        } catch (RuntimeException | Error unexpected) {
            close("a write failed: " + unexpected);
            requests.forEach(request -> request.completeExceptionally(unexpected));
        }
    }

    private List<Request<?>> takeAll() {
        List<Request<?>> requests = new ArrayList<>();
        for (Request<?> request = pushed.getAndSet(null); request != null; ) {
            Request<?> below = request.below;
            request.below = null;
            requests.add(request);
            request = below;
        }
        Collections.reverse(requests);
        return requests;
    }

    private static void refuse(List<Request<?>> requests) {
        requests.forEach(request -> request.refuse("the connection was lost before the command was handed to it"));
    }
}
