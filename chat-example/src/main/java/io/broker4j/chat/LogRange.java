package io.broker4j.chat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Position;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A range of a room's log that ends at the log's end or before a position, and grows backwards. Whether a message is a
 * duplicate is known only when the range includes the messages shortly before it. Not safe for use by several threads.
 */
final class LogRange {
    /** More than the log of a room takes, unless another program fills it. */
    static final int MOST_PAGES = 400;

    private final String room;
    private final long windowMs;
    private final int keptLines;
    private final int keptBytes;
    private final List<Mark> newestFirst = new ArrayList<>();
    private Optional<Position> before;
    private int pages;
    private int places;
    private int lines;
    private int bytes;

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

    /** @param before where it ends; empty for the end of the log */
    LogRange(String room, Optional<Position> before, long windowMs, int keptLines, int keptBytes) {
        this.room = room;
        this.before = before;
        this.windowMs = windowMs;
        this.keptLines = keptLines;
        this.keptBytes = keptBytes;
    }

    /**
     * Puts what precedes it in front.
     *
     * @param max how many messages the page was asked for
     */
    void extend(Broker.Page<byte[]> older, int max) {
        List<Message<byte[]>> oldestFirst = older.messages();
        for (int i = oldestFirst.size() - 1; i >= 0; i--) {
            newestFirst.add(mark(oldestFirst.get(i)));
        }
        before = older.before();
        before.filter(position -> oldestFirst.isEmpty() || !position.equals(oldest()))
                .ifPresent(position -> newestFirst.add(leftOut(position)));
        pages++;
        places += max;
    }

    /** What the broker cannot decode is on no page, but its place is known where a page begins with it. */
    private Mark leftOut(Position position) {
        long notBefore = newestFirst.isEmpty() ? 0 : newestFirst.get(size() - 1).ms;
        return new Mark(position, notBefore, 0, Optional.empty(), Optional.empty());
    }

    private Position oldest() {
        return newestFirst.get(size() - 1).position;
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

    /** Whether it has been extended. */
    boolean isBegun() {
        return pages > 0;
    }

    /** Whether nothing precedes the range; after {@link #MOST_PAGES} pages the rest counts as gone. */
    boolean isFromBeginning() {
        return isBegun() && before.isEmpty() || pages >= MOST_PAGES;
    }

    /** Whether it holds all that the log ever held. */
    boolean isAll() {
        return isBegun() && before.isEmpty() && places < RoomLog.RETENTION;
    }

    int size() {
        return newestFirst.size();
    }

    /** Where what precedes it ends; empty if nothing does. */
    Optional<Position> before() {
        return before;
    }

    /** How many of these places follow a position. */
    int after(Position position) {
        return (int) newestFirst.stream()
                .takeWhile(mark -> mark.position.isAfter(position))
                .count();
    }

    /** All that can be judged, oldest first, up to the end of this range. */
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
