package io.broker4j.redis;

import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One PUBLISH: Lettuce's command and the engine's future in one object.
 *
 * <p>The outcome of a failure is decided here and nowhere else. A command that Lettuce never asked to encode cannot have
 * reached the server: {@code NOT_SENT}, which covers Lettuce's own refusals without looking at their texts. An error reply:
 * {@code REJECTED}. Everything else: {@code UNKNOWN}, and the connection is given up, since replies could be taken for those
 * of other commands.
 */
final class Publish extends CompletableFuture<Void> implements RedisCommand<byte[], byte[], Void> {
    private static final byte[] PUBLISH = "*3\r\n$7\r\nPUBLISH\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CRLF = '\r' << 8 | '\n';
    private static final int MOST_DIGITS = 10;

    /** The command pushed before, while in {@link PublishLink}'s stack. */
    @Nullable
    Publish below;

    private final PublishLink link;
    private final Publishing publishing;
    private final String start;
    private final String topic;
    private final byte[] message;
    private volatile boolean encoded;

    Publish(PublishLink link, Publishing publishing, String start, String topic, byte[] message) {
        this.link = link;
        this.publishing = publishing;
        this.start = start;
        this.topic = topic;
        this.message = message;
    }

    @Override
    public void encode(ByteBuf out) {
        encoded = true;
        int length = start.length() + topic.length();
        out.ensureWritable(PUBLISH.length + 2 * MOST_DIGITS + length + message.length + 10);
        out.writeBytes(PUBLISH);
        writeLength(out, length);
        ByteBufUtil.writeAscii(out, start);
        ByteBufUtil.writeAscii(out, topic);
        out.writeShort(CRLF);
        writeLength(out, message.length);
        out.writeBytes(message).writeShort(CRLF);
    }

    private static void writeLength(ByteBuf out, int length) {
        out.writeByte('$');
        int divisor = 1;
        while (length / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            out.writeByte('0' + length / divisor % 10);
        }
        out.writeShort(CRLF);
    }

    /** Called by Lettuce when the reply has been read. */
    @Override
    public void complete() {
        String error = link.reply().takeError();
        if (error == null) {
            complete(null);
        } else {
            super.completeExceptionally(
                    new PublishException(Outcome.REJECTED, publishing.refused(start + topic, error)));
        }
    }

    /** Called by Lettuce when there will be no reply, and by our own link before it has handed the command to Lettuce. */
    @Override
    public boolean completeExceptionally(Throwable cause) {
        if (cause instanceof PublishException decided) {
            return super.completeExceptionally(decided);
        }
        if (!encoded) {
            return super.completeExceptionally(new PublishException(
                    Outcome.NOT_SENT, "refused before it was written: " + cause.getMessage(), cause));
        }
        link.close("a command failed: " + cause.getMessage());
        return super.completeExceptionally(new PublishException(
                Outcome.UNKNOWN,
                "the connection failed before the reply to PUBLISH " + start + topic
                        + " arrived: the message may or may not have been" + " received (" + cause.getMessage() + ")",
                cause));
    }

    /** Called by Lettuce when it gives up a connection. */
    @Override
    public void cancel() {
        completeExceptionally(new IOException("connection closed"));
    }

    /** Called by the engine when the publish time-out has passed: what may still be in some buffer must not be sent late. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            link.abort("no reply to PUBLISH " + start + topic + " within the publish time-out");
        }
        return cancelled;
    }

    @Override
    public CommandOutput<byte[], byte[], Void> getOutput() {
        return link.reply();
    }

    @Override
    public void setOutput(CommandOutput<byte[], byte[], Void> output) {
        throw new UnsupportedOperationException();
    }

    /** None that tracing could show; Lettuce allows for that. */
    @Override
    @SuppressWarnings("NullAway")
    public CommandArgs<byte[], byte[]> getArgs() {
        return null;
    }

    @Override
    public ProtocolKeyword getType() {
        return CommandType.PUBLISH;
    }
}
