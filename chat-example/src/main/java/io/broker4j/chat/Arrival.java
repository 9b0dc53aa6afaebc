package io.broker4j.chat;

import io.broker4j.Position;
import io.broker4j.chat.Past.Missed;
import io.broker4j.chat.Reads.Walk;
import io.broker4j.chat.RoomReader.Snapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Brings one client up to what is live in a room. It is told what it has missed, from the room's tail or else from the log, a
 * frame full at a time and the next one when it has taken that; when nothing is left, it is among the members. A client that
 * cannot be told what it has missed is told the latest page instead. On the client's event loop only.
 */
final class Arrival {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** For this server to read what another one has already shown to the client. */
    private static final long CATCHING_UP_SECONDS = 5;

    private final Membership member;
    private final Room room;
    private final ClientSocket socket;
    private boolean answered;

    Arrival(Membership member) {
        this.member = member;
        room = member.room;
        socket = member.socket;
    }

    /** Answers a join. */
    void join(Optional<Position> after) {
        whenLive(reader -> {
            if (after.isPresent()) {
                goOn(reader, from(after.get()));
            } else {
                showLatest(reader);
            }
        });
    }

    /** Goes on where something was left out, without a word about it. */
    void goOn(Position after) {
        answered = true;
        whenLive(reader -> goOn(reader, from(after)));
    }

    private static Lines from(Position after) {
        return new Lines(after, ProtocolLimits.MESSAGES);
    }

    private void showLatest(RoomReader reader) {
        look(reader, now -> Optional.of(now.newest(room.history())), false, this::showLatest);
    }

    /** Shows some lines that have not been told yet, and what the tail has after them. */
    private void goOn(RoomReader reader, Lines lines) {
        look(reader, now -> now.continued(lines), true, now -> {
            tell(now, lines);
            readLog(now, lines.end());
        });
    }

    /** Tells what is to be seen of a reader, or of the one that takes its place; {@code otherwise}, there is nothing. */
    private void look(
            RoomReader reader,
            Function<RoomReader, Optional<Snapshot>> view,
            boolean recovered,
            Consumer<RoomReader> otherwise) {
        socket.whenWritable(() -> {
            if (member.hasLeft()) {
                return;
            }
            // Before looking: what comes after that is kept for it.
            member.enter();
            Optional<Snapshot> seen = view.apply(reader);
            if (reader.isOver()) {
                // What its members are told then, this one has not been told.
                member.exit();
                whenLive(next -> look(next, view, recovered, otherwise));
            } else if (seen.isEmpty()) {
                member.exit();
                otherwise.accept(reader);
            } else {
                splice(reader, seen.get(), recovered);
            }
        });
    }

    private void splice(RoomReader reader, Snapshot seen, boolean recovered) {
        tell(seen, recovered);
        if (seen.lines().isComplete()) {
            member.knows(seen.number(), seen.end());
        } else {
            member.exit();
            goOn(reader, from(seen.lines().end()));
        }
    }

    private void readLog(RoomReader reader, Position after) {
        Position floor = reader.floor();
        if (floor.isAfter(after)) {
            read(() -> room.past().missed(after, floor), missed -> {
                if (missed.isEmpty()) {
                    showLatest(reader);
                } else if (missed.get().pieces().isEmpty()) {
                    goOn(reader, from(floor));
                } else {
                    showPieces(reader, missed.get(), 0);
                }
            });
        } else {
            read(() -> room.past().holds(after), there -> {
                if (there) {
                    waitFor(reader, after);
                } else {
                    showLatest(reader);
                }
            });
        }
    }

    private void waitFor(RoomReader reader, Position after) {
        CompletableFuture<Boolean> reached = reader.reached(after)
                .thenApply(read -> true)
                .completeOnTimeout(false, CATCHING_UP_SECONDS, TimeUnit.SECONDS);
        then(
                reached,
                there -> {
                    if (there) {
                        goOnBehind(reader, after);
                    } else {
                        showLatest(reader);
                    }
                },
                member::refused);
    }

    /** That the log holds the place is known of this reader's log only. */
    private void goOnBehind(RoomReader reader, Position after) {
        look(
                reader,
                now -> now == reader ? now.continuedBehind(from(after)) : now.continued(from(after)),
                true,
                this::showLatest);
    }

    /** The last one is not told before it is known what the tail adds to it. */
    private void showPieces(RoomReader reader, Missed missed, int index) {
        socket.whenWritable(() -> read(() -> room.past().fetch(missed.pieces().get(index), missed.dropped()), piece -> {
            if (piece.isEmpty()) {
                showLatest(reader);
            } else if (index == missed.pieces().size() - 1) {
                goOn(reader, piece.get());
            } else {
                tell(reader, piece.get());
                showPieces(reader, missed, index + 1);
            }
        }));
    }

    private void tell(RoomReader reader, Lines some) {
        if (!some.list().isEmpty()) {
            tell(new Snapshot(0, reader.end(), some), true);
        }
    }

    /** The first is the answer; where something is missing, there is another one. */
    private void tell(Snapshot next, boolean recovered) {
        if (!answered || !recovered) {
            answered = true;
            member.joined();
            socket.send(ServerFrames.joined(room.name, next, recovered));
        } else if (!next.lines().list().isEmpty()) {
            socket.send(next.lines().list());
        }
    }

    private void whenLive(Consumer<RoomReader> next) {
        then(room.reader(), next, () -> whenLive(next));
    }

    /** Each attempt takes a walk of its own. */
    private <T> void read(Supplier<Walk<T>> walk, Consumer<T> next) {
        then(room.reads().read(walk.get(), () -> !member.hasLeft()), next, () -> read(walk, next));
    }

    /** Whoever has been answered is told the rest, however long it takes; whoever has not may try again. */
    private <T> void then(CompletableFuture<T> future, Consumer<T> next, Runnable again) {
        future.whenComplete((result, failure) -> socket.later(() -> {
            if (member.hasLeft()) {
                return;
            }
            if (failure == null) {
                next.accept(result);
            } else if (answered) {
                socket.batch().after(PAUSE, () -> socket.attempt(again));
            } else {
                member.refused();
            }
        }));
    }
}
