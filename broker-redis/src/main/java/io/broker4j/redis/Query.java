package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.PublishException.Outcome;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A command about a log, with any arguments and any reply. Giving up the command does not disturb the connection. */
class Query<T> extends Request<T> {
    private final CommandType type;
    private final String key;
    private final List<byte[]> words;
    private final CommandOutput<byte[], byte[], T> output;
    private final Function<String, BrokerException> refusal;

    /**
     * A command that is not sent yet.
     *
     * @param type the command, its first word
     * @param key the key that the command concerns, for messages
     * @param words all other arguments
     * @param output turns the reply into the result
     * @param refusal turns the server's error into an exception
     */
    Query(
            CommandType type,
            String key,
            List<byte[]> words,
            CommandOutput<byte[], byte[], T> output,
            Function<String, BrokerException> refusal) {
        this.type = type;
        this.key = key;
        this.words = words;
        this.output = output;
        this.refusal = refusal;
    }

    @Override
    final String words() {
        return type + " " + key;
    }

    @Override
    final void write(ByteBuf out) {
        Resp.count(out, words.size() + 1);
        Resp.word(out, type.getBytes());
        for (byte[] word : words) {
            Resp.word(out, word);
        }
    }

    @Override
    @Nullable
    String takeError() {
        return output.getError();
    }

    @Override
    final void succeed() {
        complete(output.get());
    }

    @Override
    final BrokerException refused(String error) {
        return refusal.apply(error);
    }

    @Override
    final BrokerException failed(Outcome outcome, String why) {
        return outcome == Outcome.UNKNOWN ? new CutOffException(why) : new BrokerException(why);
    }

    @Override
    public final CommandOutput<byte[], byte[], T> getOutput() {
        return output;
    }

    @Override
    public final ProtocolKeyword getType() {
        return type;
    }
}
