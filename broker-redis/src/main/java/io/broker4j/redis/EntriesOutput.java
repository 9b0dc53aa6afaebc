package io.broker4j.redis;

import io.broker4j.Position;
import io.broker4j.spi.Frame;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Builds entries while a reply arrives, without storing the reply. For use on one I/O thread. */
abstract class EntriesOutput<T> extends CommandOutput<byte[], byte[], T> {
    /** How many arrays enclose the entries. */
    private final int depth;

    private final EntryFields fields = new EntryFields();
    private int open;
    private @Nullable Position position;
    private int entries;
    private long bytes;

    EntriesOutput(int depth, T nothing) {
        super(ByteArrayCodec.INSTANCE, nothing);
        this.depth = depth;
    }

    /** Called for each entry, with its size in bytes. */
    abstract void entry(Position at, Frame frame, int size);

    /** How many entries the reply had. */
    final int entries() {
        return entries;
    }

    /** The size of all entries in bytes: the names and values of all fields. */
    final long bytes() {
        return bytes;
    }

    @Override
    public final void multi(int count) {
        open++;
    }

    @Override
    public final void set(@Nullable ByteBuffer word) {
        if (word != null && open == depth + 1) {
            position = EntryIds.parse(word);
        } else if (word != null && open == depth + 2) {
            fields.add(word);
        } else {
            around(word, open);
        }
    }

    /**
     * Called for a word, or null, that belongs to no entry, with the number of arrays that enclose
     * it.
     */
    void around(@Nullable ByteBuffer word, int arrays) {
        throw new UnsupportedOperationException("the reply contains something other than entries");
    }

    @Override
    public final void complete(int left) {
        open = left;
        Position at = position;
        if (left == depth && at != null) {
            int size = fields.bytes();
            entries++;
            bytes += size;
            position = null;
            entry(at, fields.take(at), size);
        }
    }
}
