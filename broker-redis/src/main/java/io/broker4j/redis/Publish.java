package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One PUBLISH. */
final class Publish extends Publication<Void> {
    private static final byte[] PUBLISH = "*3\r\n$7\r\nPUBLISH\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTHS = 40;

    private final ErrorMeaning meaning;
    private final String start;
    private final String topic;
    private final byte[] message;

    Publish(ErrorMeaning meaning, String start, String topic, byte[] message) {
        this.meaning = meaning;
        this.start = start;
        this.topic = topic;
        this.message = message;
    }

    @Override
    String words() {
        return "PUBLISH " + start + topic;
    }

    @Override
    void write(ByteBuf out) {
        out.ensureWritable(PUBLISH.length + LENGTHS + start.length() + topic.length() + message.length);
        out.writeBytes(PUBLISH);
        Resp.word(out, start, topic);
        Resp.word(out, message);
    }

    @Override
    void succeed() {
        complete(null);
    }

    @Override
    BrokerException refused(String error) {
        return new PublishException(Outcome.REJECTED, meaning.ofPublish(start + topic, error));
    }

    @Override
    @Nullable
    String takeError() {
        return link().publishReply().takeError();
    }

    @Override
    public CommandOutput<byte[], byte[], Void> getOutput() {
        return link().publishReply();
    }

    @Override
    public ProtocolKeyword getType() {
        return CommandType.PUBLISH;
    }
}
