package io.broker4j.redis;

import io.broker4j.Position;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the reply to EXEC: the count of trimmed entries, then the entries of XREADGROUP. */
final class ClaimOutput extends EntriesOutput<Groups.Batch> {
    private static final Groups.Batch NOTHING = new Groups.Batch(List.of(), false, 0);

    private final int count;
    private final List<Groups.Taken> taken = new ArrayList<>();
    private long trimmed;
    private @Nullable Position cursor;
    private boolean sure;

    ClaimOutput(int count) {
        super(3, NOTHING);
        this.count = count;
    }

    /** The count of trimmed entries comes first; then the log's key, or nothing if there are no entries. */
    @Override
    void around(@Nullable ByteBuffer word, int arrays) {
        if (word != null && arrays == 1) {
            readTrimmed(StandardCharsets.US_ASCII.decode(word).toString());
        } else if (arrays != (word == null ? 1 : 2)) {
            super.around(word, arrays);
        }
    }

    /** Reads the format that {@link Script#COUNT_TRIMMED} documents. */
    private void readTrimmed(String answer) {
        String[] words = answer.split(" ");
        trimmed = Long.parseLong(words[0]);
        cursor = words.length > 1 ? Position.parse(words[1]) : null;
        sure = words.length == 2;
    }

    /**
     * The group's cursor after this reply; empty if the reply does not tell the earlier cursor, or
     * if the group was set back.
     */
    Optional<GroupCursors.Cursor> cursor() {
        Position before = cursor;
        return Optional.ofNullable(before)
                .map(told ->
                        taken.isEmpty() ? told : taken.get(taken.size() - 1).position())
                .map(now -> new GroupCursors.Cursor(now, sure));
    }

    /** If the group was set back, the number of entries that the log had dropped by then is unknown. */
    @Override
    void entry(Position at, Frame frame, int size) {
        if (taken.isEmpty() && cursor != null && !at.isAfter(cursor)) {
            trimmed = Groups.UNKNOWN;
            cursor = null;
        }
        taken.add(new Groups.Taken(at, 1, Optional.of(frame)));
    }

    @Override
    public Groups.Batch get() {
        return new Groups.Batch(Collections.unmodifiableList(taken), entries() == count, trimmed);
    }
}
