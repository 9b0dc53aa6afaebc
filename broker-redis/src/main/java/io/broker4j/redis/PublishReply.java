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

    /**
     * Rejects an array, even of numbers: it is no reply to PUBLISH, so it may belong to another
     * command.
     */
    @Override
    public void multi(int count) {
        throw new UnsupportedOperationException("an array of " + count + " is no reply to PUBLISH");
    }

    /** Returns the error and forgets it; null if there is none. */
    @Nullable
    String takeError() {
        String taken = error;
        error = null;
        return taken;
    }
}
