package io.broker4j.chat;

import io.broker4j.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some consecutive messages of a room, within a bound of bytes. */
final class Lines {
    private final List<Line> list = new ArrayList<>();
    private final int maxBytes;
    private Position end;
    private int bytes;
    private boolean complete;

    /** None yet. */
    Lines(Position after, int maxBytes) {
        end = after;
        this.maxBytes = maxBytes;
    }

    /** What a line takes in a list. */
    static int bytes(Line line) {
        return line.json.length + 1;
    }

    /** Adds the next position and its line, if any. False if the line exceeds the bound; the first line never does. */
    boolean add(Position position, @Nullable Line line) {
        if (line != null) {
            if (!list.isEmpty() && bytes + bytes(line) > maxBytes) {
                return false;
            }
            bytes += bytes(line);
            list.add(line);
        }
        end = position;
        return true;
    }

    /** There are no others. */
    void complete() {
        complete = true;
    }

    List<Line> list() {
        return list;
    }

    /** Everything up to here is among these. */
    Position end() {
        return end;
    }

    boolean isComplete() {
        return complete;
    }
}
