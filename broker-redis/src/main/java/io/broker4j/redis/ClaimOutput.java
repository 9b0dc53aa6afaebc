package io.broker4j.redis;

import io.broker4j.Position;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the reply to EXEC after the count of what was trimmed and XREADGROUP. */
final class ClaimOutput extends EntriesOutput<Groups.Batch> {
    private static final Groups.Batch NOTHING = new Groups.Batch(List.of(), false, 0);

    private final int count;
    private final List<Groups.Taken> taken = new ArrayList<>();
    private long trimmed;

    ClaimOutput(int count) {
        super(3, NOTHING);
        this.count = count;
    }

    @Override
    public void set(long number) {
        trimmed = number;
    }

    /** The log's key, or nothing if there are no entries. */
    @Override
    void around(@Nullable ByteBuffer word, int arrays) {
        if (arrays != (word == null ? 1 : 2)) {
            super.around(word, arrays);
        }
    }

    @Override
    void entry(Position at, Frame frame, int size) {
        taken.add(new Groups.Taken(at, 1, Optional.of(frame)));
    }

    @Override
    public Groups.Batch get() {
        return new Groups.Batch(Collections.unmodifiableList(taken), entries() == count, trimmed);
    }
}
