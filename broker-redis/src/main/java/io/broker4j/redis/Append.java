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
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One XADD. If the log has an idle expiry, a script runs the XADD and sets the expiry, or does
 * neither. Trimming removes only whole nodes of the stream, and only as many as leave the count. A
 * node has at most 100 entries by the server's default ({@code stream-node-max-entries}).
 * {@code LIMIT 0} is needed: without it trimming would stop after 10,000 entries, and a log whose
 * retention was lowered would stay too long (L8).
 */
final class Append extends Publication<Position> implements Hints.Grown {
    private static final byte[] XADD = Resp.words("XADD");
    private static final byte[] MAXLEN = Resp.words("MAXLEN", "~");
    private static final byte[] LIMIT = Resp.words("LIMIT", "0", "*");
    private static final byte[] ONE_KEY = Resp.words("1");

    /**
     * KEYS[1]: the log, ARGV[1]: the idle expiry of the log in milliseconds, ARGV[2]: how many
     * entries to keep, ARGV[3] and on: fields. Commands that may be refused come before XADD. A key
     * of another program gets no expiry.
     */
    private static final byte[] ENDING = Resp.words("""
            redis.call('XLEN', KEYS[1])
            local known = redis.call('PEXPIRE', KEYS[1], ARGV[1])
            local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], 'LIMIT', 0, '*', unpack(ARGV, 3))
            if known == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
            return id""");

    private static final byte[] EVAL = Resp.words("EVAL");
    private static final int FIXED_WORDS = 8;
    private static final int ENDING_WORDS = 6;
    private static final int FIXED_BYTES = 200 + ENDING.length;

    private final ErrorMeaning meaning;
    private final AppendAsides asides;
    private final String start;
    private final String topic;
    private final Frame frame;
    private final Retention retention;

    /** Whether this is the last append to its topic in its batch. */
    private boolean last;

    Append(ErrorMeaning meaning, AppendAsides asides, String start, String topic, Frame frame, Retention retention) {
        this.meaning = meaning;
        this.asides = asides;
        this.start = start;
        this.topic = topic;
        this.frame = frame;
        this.retention = retention;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public void markLast() {
        last = true;
    }

    @Override
    public Request<?> hint(Position known) {
        return asides.hint(topic, known);
    }

    @Override
    public boolean isEnding() {
        return retention.idleExpiry().isPresent();
    }

    @Override
    public Request<?> persist() {
        return asides.persist(topic);
    }

    private String command() {
        return isEnding() ? "EVAL of XADD" : "XADD";
    }

    @Override
    String words() {
        return command() + " " + start + topic;
    }

    @Override
    void addTo(List<RedisCommand<byte[], byte[], ?>> commands) {
        link().hints().add(this, commands);
        commands.add(this);
    }

    @Override
    void write(ByteBuf out) {
        byte[] payload = frame.payloadBytes();
        String id = frame.id();
        String headers = EntryFields.text(frame.headers());
        out.ensureWritable(
                FIXED_BYTES + start.length() + topic.length() + id.length() + headers.length() + payload.length);
        int fields = 4 + (id.isEmpty() ? 0 : 2) + (headers.isEmpty() ? 0 : 2);
        retention.idleExpiry().ifPresentOrElse(end -> writeEnding(out, end, fields), () -> writeStaying(out, fields));
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

    private void writeStaying(ByteBuf out, int fields) {
        Resp.count(out, FIXED_WORDS + fields);
        out.writeBytes(XADD);
        Resp.word(out, start, topic);
        out.writeBytes(MAXLEN);
        Resp.word(out, retention.count());
        out.writeBytes(LIMIT);
    }

    private void writeEnding(ByteBuf out, Duration end, int fields) {
        Resp.count(out, ENDING_WORDS + fields);
        out.writeBytes(EVAL);
        out.writeBytes(ENDING);
        out.writeBytes(ONE_KEY);
        Resp.word(out, start, topic);
        Resp.word(out, end.toMillis());
        Resp.word(out, retention.count());
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
        return new PublishException(Outcome.REJECTED, meaning.ofLogCommand(command(), start + topic, error));
    }

    @Override
    public CommandOutput<byte[], byte[], Position> getOutput() {
        return link().appendReply();
    }

    @Override
    public ProtocolKeyword getType() {
        return isEnding() ? CommandType.EVAL : CommandType.XADD;
    }
}
