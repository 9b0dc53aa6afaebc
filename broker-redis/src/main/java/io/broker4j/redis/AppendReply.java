package io.broker4j.redis;

import io.broker4j.Position;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the reply to XADD: the new entry's id, and nothing else. */
final class AppendReply extends CommandOutput<byte[], byte[], Position> {

    AppendReply() {
        super(ByteArrayCodec.INSTANCE, Position.ORIGIN);
    }

    @Override
    public void set(ByteBuffer id) {
        output = EntryIds.parse(id);
    }

    /** As for {@link PublishReply#multi}. */
    @Override
    public void multi(int count) {
        throw new UnsupportedOperationException("an array of " + count + " is no reply to XADD");
    }

    /** Returns the error and forgets it; null if there is none. */
    @Nullable
    String takeError() {
        String taken = error;
        error = null;
        return taken;
    }
}
