package io.broker4j.chat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Position;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The end of a room's log, or what precedes a position in it, extended backwards as far as it takes: a message can be judged
 * only when what came shortly before it is known. Not for use by several threads.
 */
final class Stretch {
    private final String room;
    private final long windowMs;
    private final int keptLines;
    private final int keptBytes;
    private final List<Mark> newestFirst = new ArrayList<>();
    private int lines;
    private int bytes;
    private Optional<Position> before = Optional.empty();

    /** A place in the log, and what is remembered of it. The line is kept only for the newest. */
    private record Mark(Position position, long ms, int bytes, Optional<RoomMessage> message, Optional<Line> line) {}

    /**
     * A place in the log that has been judged.
     *
     * @param bytes of its line, roughly
     * @param shown whether clients see what stands there
     * @param line what they see, unless it has not been kept
     */
    record Judged(Position position, int bytes, boolean shown, Optional<Line> line) {}

    Stretch(String room, long windowMs, int keptLines, int keptBytes) {
        this.room = room;
        this.windowMs = windowMs;
        this.keptLines = keptLines;
        this.keptBytes = keptBytes;
    }

    /** Puts what precedes it in front. */
    void extend(Broker.Page<byte[]> older) {
        List<Message<byte[]>> oldestFirst = older.messages();
        for (int i = oldestFirst.size() - 1; i >= 0; i--) {
            newestFirst.add(mark(oldestFirst.get(i)));
        }
        before = older.before();
    }

    private Mark mark(Message<byte[]> message) {
        Position position = message.position().orElseThrow();
        Optional<RoomMessage> known = RoomMessage.of(message.payload(), room);
        Optional<Line> line = Optional.empty();
        if (known.isPresent() && lines < keptLines && bytes < keptBytes) {
            line = Optional.of(Line.of(position, message.payload()));
            lines++;
            bytes += Lines.bytes(line.get());
        }
        return new Mark(position, message.publishedAt().toEpochMilli(), message.payload().length, known, line);
    }

    /** Whether there is nothing before it. */
    boolean isFromBeginning() {
        return before.isEmpty();
    }

    int size() {
        return newestFirst.size();
    }

    /** Where what precedes it ends; empty if nothing does. */
    Optional<Position> before() {
        return before;
    }

    /** How many places follow a position, if that is one of these. */
    Optional<Integer> after(Position position) {
        for (int i = 0; i < size(); i++) {
            if (newestFirst.get(i).position.equals(position)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** All that can be judged, oldest first, up to the end of this stretch. */
    List<Judged> judge(Duplicates duplicates) {
        List<Mark> marks = new ArrayList<>(newestFirst);
        Collections.reverse(marks);
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < marks.size(); i++) {
            Mark mark = marks.get(i);
            boolean shown = mark.message
                    .map(message -> duplicates.judge(message, mark.ms, mark.position))
                    .filter(mark.position::equals)
                    .isPresent();
            if (!judged.isEmpty() || canJudge(marks, i)) {
                judged.add(new Judged(mark.position, mark.bytes, shown, shown ? mark.line : Optional.empty()));
            }
        }
        return judged;
    }

    private boolean canJudge(List<Mark> marks, int index) {
        return isFromBeginning()
                || index >= Duplicates.REACH
                || marks.get(index).ms - marks.get(0).ms > windowMs + Duplicates.SKEW_MS;
    }
}
