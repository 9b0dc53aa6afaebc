package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.PublishException.Outcome;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One command: Lettuce's and the engine's future in one object.
 *
 * <p>Only this class decides the outcome of a failure. A command that Lettuce never asked to encode
 * cannot have reached the server: its outcome is {@code NOT_SENT}. This covers Lettuce's own
 * refusals, whatever their texts are. After an error reply the outcome is {@code REJECTED}. In
 * every other case it is {@code UNKNOWN}, and the connection is closed, because its replies could
 * be taken for replies to other commands.
 */
abstract class Request<T> extends CompletableFuture<T> implements RedisCommand<byte[], byte[], T> {
    /** The request that was pushed before this one, while this one is on a link's stack. */
    @Nullable
    Request<?> below;

    /** Null until this request is handed to a link. */
    private @Nullable Carrier link;

    private volatile boolean encoded;

    /** The command and its key or channel, for messages. */
    abstract String words();

    abstract void write(ByteBuf out);

    /** Returns the server's error and forgets it; null if there is none. */
    abstract @Nullable String takeError();

    /** Completes with the result in the reply, which was no error. */
    abstract void succeed();

    /** The exception for the server's error. */
    abstract BrokerException refused(String error);

    abstract BrokerException failed(Outcome outcome, String why);

    /**
     * Adds the commands to send for this request, one directly after another. Called on the link's
     * I/O thread.
     */
    void addTo(List<RedisCommand<byte[], byte[], ?>> commands) {
        commands.add(this);
    }

    /** Called before the request is pushed. */
    final void handTo(Carrier carrier) {
        link = carrier;
    }

    final Carrier link() {
        Carrier carrier = link;
        if (carrier == null) {
            throw new IllegalStateException(words() + " was not handed to a link");
        }
        return carrier;
    }

    /** Whether the request was handed to a link that is still open. */
    final boolean isCarried() {
        Carrier carrier = link;
        return carrier != null && carrier.isOpen();
    }

    /** Fails the request, which will not be sent. */
    final void refuse(String why) {
        super.completeExceptionally(failed(Outcome.NOT_SENT, why));
    }

    @Override
    public final void encode(ByteBuf out) {
        encoded = true;
        write(out);
    }

    /** Called by Lettuce when the reply has been read. */
    @Override
    public final void complete() {
        String error = takeError();
        if (error != null) {
            super.completeExceptionally(refused(error));
            return;
        }
        try {
            succeed();
        } catch (RuntimeException notUnderstood) {
            completeExceptionally(notUnderstood);
        }
    }

    /**
     * Called by Lettuce when there will be no reply, and by the link if it cannot hand the command
     * to Lettuce.
     */
    @Override
    public final boolean completeExceptionally(Throwable cause) {
        Outcome outcome = encoded ? Outcome.UNKNOWN : Outcome.NOT_SENT;
        if (encoded) {
            link().close("a command failed: " + cause.getMessage());
        }
        String why = encoded
                ? "the connection failed before the reply to " + words() + " arrived (" + cause.getMessage() + ")"
                : "refused before it was written: " + cause.getMessage();
        BrokerException failure = failed(outcome, why);
        failure.initCause(cause);
        return super.completeExceptionally(failure);
    }

    /** Called by Lettuce when it gives up a connection. */
    @Override
    public final void cancel() {
        completeExceptionally(new IOException("connection closed"));
    }

    @Override
    public final void setOutput(CommandOutput<byte[], byte[], T> output) {
        throw new UnsupportedOperationException();
    }

    /** There are no arguments that tracing could show; Lettuce accepts null. */
    @Override
    @SuppressWarnings("NullAway")
    public final CommandArgs<byte[], byte[]> getArgs() {
        return null;
    }
}
