package io.broker4j.chat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.Topic;
import io.broker4j.chat.Reads.Walk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What a room's log holds. Reading it takes a while and blocks: each {@link Walk} is for {@link Reads}. */
final class RoomHistory {
    /** Read at once when it is not known how much it will take. */
    private static final int MANY = 500;
    /** Messages read before the wanted ones; usually enough to find the duplicates among the wanted ones. */
    private static final int A_FEW = 20;
    /** Messages handed on at once. */
    private static final int CHUNK = 500;

    private final Broker broker;
    private final Topic<byte[]> topic;
    private final String room;
    private final long windowMs;

    /**
     * Some messages before a position.
     *
     * @param end whether there is nothing older
     */
    record Page(List<Line> lines, boolean end) {}

    /** The end of the log: its newest messages, and what is needed to judge the next. */
    record Recollection(Tail tail, Duplicates duplicates) {}

    /**
     * What follows a position, to be fetched in pieces.
     *
     * @param dropped places whose messages are not shown
     */
    record Missed(List<Piece> pieces, Set<Position> dropped) {}

    /** Consecutive places of the log. */
    record Piece(Position first, Position last, int size) {}

    RoomHistory(Broker broker, Topic<byte[]> topic, String room, long windowMs) {
        this.broker = broker;
        this.topic = topic;
        this.room = room;
        this.windowMs = windowMs;
    }

    /** The end of the log as it is now. */
    Walk<Recollection> recollect(int messages) {
        LogRange range = stretch(Optional.empty(), messages + A_FEW, Tail.BYTES);
        return () -> {
            extend(range, messages + A_FEW);
            Duplicates duplicates = new Duplicates(windowMs);
            List<LogRange.Judged> judged = range.judge(duplicates);
            boolean enough = range.isFromBeginning()
                    || judged.stream().filter(LogRange.Judged::shown).count() > messages;
            return enough ? new Recollection(tail(range, judged, messages), duplicates) : null;
        };
    }

    /** The tail begins after a known position: that of an entry, or the origin of a log that has dropped nothing. */
    private static Tail tail(LogRange range, List<LogRange.Judged> judged, int messages) {
        int first = judged.size();
        for (int lines = 0; first > 0 && lines < messages; first--) {
            LogRange.Judged before = judged.get(first - 1);
            if (before.shown() && before.line().isEmpty()) {
                break;
            }
            lines += before.shown() ? 1 : 0;
        }
        if (first == 0 && !judged.isEmpty() && !range.isAll()) {
            first = 1;
        }
        Tail tail =
                new Tail(first == 0 ? Position.ORIGIN : judged.get(first - 1).position());
        judged.subList(first, judged.size())
                .forEach(place -> tail.add(place.position(), place.line().orElse(null)));
        return tail;
    }

    /** The newest messages before a position. */
    Walk<Page> page(Position before, int limit) {
        return new Walk<>() {
            private LogRange range = stretch(Optional.of(before), limit + A_FEW, ProtocolLimits.MESSAGES);

            @Override
            public @Nullable Page step() throws ExecutionException, InterruptedException {
                extend(range, limit + A_FEW);
                List<LogRange.Judged> shown = range.judge(new Duplicates(windowMs)).stream()
                        .filter(LogRange.Judged::shown)
                        .toList();
                if (!range.isFromBeginning() && shown.size() <= limit) {
                    return null;
                }
                int from = first(shown, limit);
                if (from > 0 && from == shown.size()) {
                    // Duplicates used up the kept lines; the newest shown message has none. Read again up to it.
                    Position end = behind(shown.get(from - 1).position());
                    range = stretch(Optional.of(end), limit + A_FEW, ProtocolLimits.MESSAGES);
                    return null;
                }
                List<Line> lines = shown.subList(from, shown.size()).stream()
                        .flatMap(place -> place.line().stream())
                        .toList();
                return new Page(lines, from == 0);
            }
        };
    }

    /** Where the newest ones begin that fit on a page. */
    private static int first(List<LogRange.Judged> shown, int limit) {
        int from = shown.size();
        int bytes = 0;
        while (from > 0 && shown.size() - from < limit) {
            Optional<Line> line = shown.get(from - 1).line();
            bytes += line.map(Lines::bytes).orElse(0);
            if (line.isEmpty() || bytes > ProtocolLimits.MESSAGES) {
                break;
            }
            from--;
        }
        return from;
    }

    /**
     * What stands after one place and up to another.
     *
     * @return empty if the log no longer reaches back to {@code after}, or is another one
     */
    Walk<Optional<Missed>> missed(Position after, Position last) {
        LogRange range = stretch(Optional.of(behind(last)), 0, 0);
        return () -> {
            extend(range, MANY);
            if (!range.isFromBeginning()
                    && range.before().filter(after::isAfter).isEmpty()) {
                return null;
            }
            List<LogRange.Judged> judged = range.judge(new Duplicates(windowMs));
            int wanted = range.after(after);
            if (judged.size() >= wanted) {
                boolean reaches = range.isAll() && after.equals(Position.ORIGIN) || stands(after);
                return reaches
                        ? Optional.of(pieces(judged.subList(judged.size() - wanted, judged.size())))
                        : Optional.empty();
            }
            return range.isFromBeginning() ? Optional.empty() : null;
        };
    }

    /** Each piece begins with a shown message; if the log no longer holds it, part of the piece is lost. */
    private static Missed pieces(List<LogRange.Judged> places) {
        List<Piece> pieces = new ArrayList<>();
        Set<Position> dropped = new HashSet<>();
        int from = -1;
        int bytes = 0;
        for (int i = 0; i < places.size(); i++) {
            LogRange.Judged place = places.get(i);
            if (!place.shown()) {
                dropped.add(place.position());
            }
            bytes += place.bytes() + ProtocolLimits.POSITION;
            boolean isNext = place.shown() && (bytes > ProtocolLimits.MESSAGES || i - from >= CHUNK);
            if (place.shown() && (from < 0 || isNext)) {
                if (from >= 0) {
                    pieces.add(piece(places, from, i));
                }
                from = i;
                bytes = place.bytes() + ProtocolLimits.POSITION;
            }
        }
        if (from >= 0) {
            pieces.add(piece(places, from, places.size()));
        }
        return new Missed(pieces, dropped);
    }

    private static Piece piece(List<LogRange.Judged> places, int from, int to) {
        return new Piece(places.get(from).position(), places.get(to - 1).position(), to - from);
    }

    /** The messages of one piece; empty if the log has lost some of it. */
    Walk<Optional<Lines>> fetch(Piece piece, Set<Position> dropped) {
        Deque<Message<byte[]>> messages = new ArrayDeque<>();
        return new Walk<>() {
            private Optional<Position> before = Optional.of(behind(piece.last));

            @Override
            public @Nullable Optional<Lines> step() throws ExecutionException, InterruptedException {
                Broker.Page<byte[]> page = read(before, Math.min(piece.size, MANY));
                List<Message<byte[]>> newestFirst = new ArrayList<>(page.messages());
                Collections.reverse(newestFirst);
                newestFirst.stream()
                        .filter(message -> !piece.first.isAfter(position(message)))
                        .filter(message -> !dropped.contains(position(message)))
                        .forEach(messages::addFirst);
                before = page.before();
                if (before.filter(position -> position.isAfter(piece.first)).isPresent()) {
                    return null;
                }
                boolean isWhole =
                        !messages.isEmpty() && position(messages.getFirst()).equals(piece.first);
                return isWhole ? Optional.of(lines(piece, messages)) : Optional.empty();
            }
        };
    }

    private static Lines lines(Piece piece, Collection<Message<byte[]>> messages) {
        Lines lines = new Lines(piece.first, ProtocolLimits.MESSAGES);
        for (Message<byte[]> message : messages) {
            lines.add(position(message), Line.of(position(message), message.payload()));
        }
        if (piece.last.isAfter(lines.end())) {
            lines.add(piece.last, null);
        }
        return lines;
    }

    /** Whether something stands at this place. */
    Walk<Boolean> holds(Position position) {
        return () -> stands(position);
    }

    private boolean stands(Position position) throws ExecutionException, InterruptedException {
        Broker.Page<byte[]> page = read(Optional.of(behind(position)), 1);
        return page.before().filter(position::equals).isPresent()
                || page.messages().stream()
                        .anyMatch(message -> position(message).equals(position));
    }

    private LogRange stretch(Optional<Position> before, int keptLines, int keptBytes) {
        return new LogRange(room, before, windowMs, keptLines, keptBytes);
    }

    private void extend(LogRange range, int first) throws ExecutionException, InterruptedException {
        int max = range.isBegun() ? MANY : first;
        range.extend(read(range.before(), max), max);
    }

    private Broker.Page<byte[]> read(Optional<Position> before, int max)
            throws ExecutionException, InterruptedException {
        return (before.isPresent() ? broker.history(topic, before.get(), max) : broker.history(topic, max)).get();
    }

    private static Position position(Message<byte[]> message) {
        return message.position().orElseThrow();
    }

    /** The smallest position after this one. */
    private static Position behind(Position position) {
        return position.low() == -1
                ? Position.of(position.high() + 1, 0)
                : Position.of(position.high(), position.low() + 1);
    }
}
