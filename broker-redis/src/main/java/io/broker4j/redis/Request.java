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
 * <p>The outcome of a failure is decided here and nowhere else. A command that Lettuce never asked to encode cannot have
 * reached the server: {@code NOT_SENT}, which covers Lettuce's own refusals without looking at their texts. An error reply:
 * {@code REJECTED}. Everything else: {@code UNKNOWN}, and the connection is given up, since replies could be taken for those
 * of other commands.
 */
abstract class Request<T> extends CompletableFuture<T> implements RedisCommand<byte[], byte[], T> {
    /** The one pushed before, while in the stack of a link. */
    @Nullable
    Request<?> below;

    /** Null until it is handed to one. */
    private @Nullable Carrier link;

    private volatile boolean encoded;

    /** The command and its key or channel, for messages. */
    abstract String words();

    abstract void write(ByteBuf out);

    /** The server's error, or null; it is forgotten here. */
    abstract @Nullable String takeError();

    /** Completes with what the reply says, which was no error. */
    abstract void succeed();

    /** What the server's error means. */
    abstract BrokerException refused(String error);

    abstract BrokerException failed(Outcome outcome, String why);

    /** Adds what is to be sent for it, in one go. Called on the link's I/O thread. */
    void addTo(List<RedisCommand<byte[], byte[], ?>> commands) {
        commands.add(this);
    }

    /** Before it is pushed. */
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

    /** Whether it was handed to a link that is open still. */
    final boolean isCarried() {
        Carrier carrier = link;
        return carrier != null && carrier.isOpen();
    }

    /** It will not be sent. */
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

    /** Called by Lettuce when there will be no reply, and by our own link if it cannot hand the command to Lettuce. */
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

    /** None that tracing could show; Lettuce allows for that. */
    @Override
    @SuppressWarnings("NullAway")
    public final CommandArgs<byte[], byte[]> getArgs() {
        return null;
    }
}
