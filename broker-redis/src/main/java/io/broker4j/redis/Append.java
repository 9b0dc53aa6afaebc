package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One XADD. What it removes are whole nodes of the stream, of at most 100 entries by the server's default
 * ({@code stream-node-max-entries}), and only as many as leave the count; without {@code LIMIT 0} it would stop after 10,000
 * entries and leave a log whose retention has become smaller too long (L8).
 */
final class Append extends Publication<Position> {
    private static final byte[] XADD = Resp.words("XADD");
    private static final byte[] MAXLEN = Resp.words("MAXLEN", "~");
    private static final byte[] LIMIT = Resp.words("LIMIT", "0", "*");
    private static final int FIXED_WORDS = 8;
    private static final int FIXED_BYTES = 200;

    private final Publishing publishing;
    private final String start;
    private final String topic;
    private final Frame frame;
    private final Retention retention;

    /** Whether it is the last to its topic of those that were sent together. */
    private boolean last;

    Append(Publishing publishing, String start, String topic, Frame frame, Retention retention) {
        this.publishing = publishing;
        this.start = start;
        this.topic = topic;
        this.frame = frame;
        this.retention = retention;
    }

    String topic() {
        return topic;
    }

    void isLast() {
        last = true;
    }

    /** The hint that the log has grown. */
    Request<?> hint(Position known) {
        return publishing.hint(topic, known);
    }

    /** When the log ends if nothing follows. */
    Request<?> expiry() {
        return publishing.expiry(topic, retention);
    }

    @Override
    String words() {
        return "XADD " + start + topic;
    }

    @Override
    void addTo(List<RedisCommand<byte[], byte[], ?>> commands) {
        commands.add(this);
        link().hints().add(this);
    }

    @Override
    void write(ByteBuf out) {
        byte[] payload = frame.payloadBytes();
        String id = frame.id();
        String headers = EntryFields.text(frame.headers());
        out.ensureWritable(
                FIXED_BYTES + start.length() + topic.length() + id.length() + headers.length() + payload.length);
        Resp.count(out, FIXED_WORDS + 4 + (id.isEmpty() ? 0 : 2) + (headers.isEmpty() ? 0 : 2));
        out.writeBytes(XADD);
        Resp.word(out, start, topic);
        out.writeBytes(MAXLEN);
        Resp.word(out, retention.count());
        out.writeBytes(LIMIT);
        out.writeBytes(EntryFields.PAYLOAD);
        Resp.word(out, payload);
        out.writeBytes(EntryFields.TIME);
        Resp.word(out, frame.publishedAtMillis());
        if (!id.isEmpty()) {
            out.writeBytes(EntryFields.ID);
            Resp.word(out, id);
        }
        if (!headers.isEmpty()) {
            out.writeBytes(EntryFields.HEADERS);
            Resp.word(out, headers);
        }
    }

    @Override
    void succeed() {
        Position position = link().appendReply().get();
        if (last) {
            link().hints().appended(topic, position);
        }
        complete(position);
    }

    @Override
    @Nullable
    String takeError() {
        return link().appendReply().takeError();
    }

    @Override
    BrokerException refused(String error) {
        return new PublishException(Outcome.REJECTED, publishing.refused("XADD", start + topic, error));
    }

    @Override
    public CommandOutput<byte[], byte[], Position> getOutput() {
        return link().appendReply();
    }

    @Override
    public ProtocolKeyword getType() {
        return CommandType.XADD;
    }
}
