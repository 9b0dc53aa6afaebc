package io.broker4j.chat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** What a room's log holds. Reading it takes a while and blocks: on the threads of {@link Reads} only. */
final class Past {
    /** Read at once when it is not known how much it will take. */
    private static final int MANY = 500;
    /** Before what is wanted, in the hope that it was sent long enough before to judge the rest. */
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

    Past(Broker broker, Topic<byte[]> topic, String room, long windowMs) {
        this.broker = broker;
        this.topic = topic;
        this.room = room;
        this.windowMs = windowMs;
    }

    /** The end of the log as it is now. */
    Recollection recollect(int messages) throws ExecutionException, InterruptedException {
        Stretch stretch = new Stretch(room, windowMs, messages + A_FEW, Tail.BYTES);
        extend(stretch, Optional.empty(), messages + A_FEW);
        while (true) {
            Duplicates duplicates = new Duplicates(windowMs);
            List<Stretch.Judged> judged = stretch.judge(duplicates);
            if (stretch.isFromBeginning()
                    || judged.stream().filter(Stretch.Judged::shown).count() > messages) {
                return new Recollection(tail(judged, messages), duplicates);
            }
            extend(stretch, stretch.before(), MANY);
        }
    }

    /** The tail begins behind a place that is known: one of the log, or where a log begins that has dropped nothing yet. */
    private static Tail tail(List<Stretch.Judged> judged, int messages) {
        int first = judged.size();
        for (int lines = 0; first > 0 && lines < messages; first--) {
            Stretch.Judged before = judged.get(first - 1);
            if (before.shown() && before.line().isEmpty()) {
                break;
            }
            lines += before.shown() ? 1 : 0;
        }
        if (first == 0 && judged.size() >= RoomLog.RETENTION) {
            first = 1;
        }
        Tail tail =
                new Tail(first == 0 ? Position.ORIGIN : judged.get(first - 1).position());
        judged.subList(first, judged.size())
                .forEach(place -> tail.add(place.position(), place.line().orElse(null)));
        return tail;
    }

    /** The newest messages before a position. */
    Page page(Position before, int limit) throws ExecutionException, InterruptedException {
        Stretch stretch = new Stretch(room, windowMs, limit + A_FEW, ProtocolLimits.MESSAGES);
        extend(stretch, Optional.of(before), limit + A_FEW);
        while (true) {
            List<Stretch.Judged> shown = stretch.judge(new Duplicates(windowMs)).stream()
                    .filter(Stretch.Judged::shown)
                    .toList();
            if (stretch.isFromBeginning() || shown.size() > limit) {
                return page(shown, limit);
            }
            extend(stretch, stretch.before(), MANY);
        }
    }

    private Page page(List<Stretch.Judged> shown, int limit) throws ExecutionException, InterruptedException {
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
        if (from > 0 && from == shown.size()) {
            // Nothing but duplicates at the end of the stretch, for which no line was kept.
            return page(behind(shown.get(from - 1).position()), limit);
        }
        List<Line> lines = shown.subList(from, shown.size()).stream()
                .flatMap(place -> place.line().stream())
                .toList();
        return new Page(lines, from == 0);
    }

    /**
     * What stands after one place and up to another.
     *
     * @return empty if the log no longer reaches back to {@code after}, or is another one
     */
    Optional<Missed> missed(Position after, Position last) throws ExecutionException, InterruptedException {
        Stretch stretch = new Stretch(room, windowMs, 0, 0);
        extend(stretch, Optional.of(behind(last)), MANY);
        while (!stretch.isFromBeginning()
                && stretch.before().filter(after::isAfter).isEmpty()) {
            extend(stretch, stretch.before(), MANY);
        }
        Optional<Integer> found = stretch.after(after);
        boolean allOfIt = stretch.isFromBeginning() && stretch.size() < RoomLog.RETENTION;
        if (found.isEmpty() && !(allOfIt && after.equals(Position.ORIGIN))) {
            return Optional.empty();
        }
        int wanted = found.orElse(stretch.size());
        List<Stretch.Judged> judged = stretch.judge(new Duplicates(windowMs));
        while (judged.size() < wanted) {
            extend(stretch, stretch.before(), MANY);
            judged = stretch.judge(new Duplicates(windowMs));
        }
        return Optional.of(pieces(judged.subList(judged.size() - wanted, judged.size())));
    }

    private static Missed pieces(List<Stretch.Judged> places) {
        List<Piece> pieces = new ArrayList<>();
        Set<Position> dropped = new HashSet<>();
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < places.size(); i++) {
            Stretch.Judged place = places.get(i);
            if (!place.shown()) {
                dropped.add(place.position());
            }
            bytes += place.bytes() + ProtocolLimits.POSITION;
            if (i > from && bytes > ProtocolLimits.MESSAGES || i - from >= CHUNK) {
                pieces.add(piece(places, from, i));
                from = i;
                bytes = place.bytes() + ProtocolLimits.POSITION;
            }
        }
        if (from < places.size()) {
            pieces.add(piece(places, from, places.size()));
        }
        return new Missed(pieces, dropped);
    }

    private static Piece piece(List<Stretch.Judged> places, int from, int to) {
        return new Piece(places.get(from).position(), places.get(to - 1).position(), to - from);
    }

    /** The messages of one piece; empty if the log has lost some of it. */
    Optional<Lines> fetch(Piece piece, Set<Position> dropped) throws ExecutionException, InterruptedException {
        List<Message<byte[]>> messages =
                read(Optional.of(behind(piece.last)), piece.size).messages();
        if (messages.isEmpty() || !position(messages.get(0)).equals(piece.first)) {
            return Optional.empty();
        }
        Lines lines = new Lines(piece.first, ProtocolLimits.MESSAGES);
        for (Message<byte[]> message : messages) {
            Position position = position(message);
            lines.add(position, dropped.contains(position) ? null : Line.of(position, message.payload()));
        }
        return Optional.of(lines);
    }

    /** Whether something stands at this place. */
    boolean holds(Position position) throws ExecutionException, InterruptedException {
        return read(Optional.of(behind(position)), 1).messages().stream()
                .anyMatch(message -> position(message).equals(position));
    }

    private void extend(Stretch stretch, Optional<Position> before, int max)
            throws ExecutionException, InterruptedException {
        stretch.extend(read(before, max));
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
