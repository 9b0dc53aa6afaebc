package io.broker4j.chat;

import io.broker4j.Position;
import io.broker4j.chat.Reads.Walk;
import io.broker4j.chat.RoomHistory.Missed;
import io.broker4j.chat.RoomReader.Snapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Brings one client from its last position to the live messages of a room. The client first gets the messages that it
 * missed, from the room's tail or from the log, one frame at a time: the next frame follows when the client has taken
 * the previous one. Then the client becomes a member. If the missed messages are lost, the client gets the latest page
 * instead. Used on the client's event loop only.
 */
final class CatchUp {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** How long this server may take to read a message that another server has already shown to the client. */
    private static final long CATCHING_UP_SECONDS = 5;

    private final RoomMember member;
    private final Room room;
    private final ClientSocket socket;
    private boolean answered;

    CatchUp(RoomMember member) {
        this.member = member;
        room = member.room;
        socket = member.socket();
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

    /** Continues after a position, without a further {@code joined} frame. */
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

    /** Sends a view of the reader, or of its successor; calls {@code otherwise} if there is no view. */
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
                // This client may have missed the frame that tells members of the reader's end.
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

    /** Only this reader's log is known to hold the position; a successor may follow another log. */
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

    /** The first frame answers the join. A later {@code joined} frame says that messages before it are missing. */
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

    /** After a failure: if the join was answered, tries again after a pause; otherwise refuses the join. */
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
