package io.broker4j.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import org.jspecify.annotations.Nullable;

/** Reads the reply to PUBLISH. The number in it is not kept: it does not say how many received the message. */
final class PublishReply extends CommandOutput<byte[], byte[], Void> {

    PublishReply() {
        super(ByteArrayCodec.INSTANCE, null);
    }

    @Override
    public void set(long receivers) {}

    /** An array, even of numbers, is no reply to PUBLISH: whatever it answers, it is not known to be this. */
    @Override
    public void multi(int count) {
        throw new UnsupportedOperationException("an array of " + count + " is no reply to PUBLISH");
    }

    /** The error, or null; it is forgotten here. */
    @Nullable
    String takeError() {
        String taken = error;
        error = null;
        return taken;
    }
}
