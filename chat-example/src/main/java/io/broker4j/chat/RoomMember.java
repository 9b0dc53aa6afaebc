package io.broker4j.chat;

import io.broker4j.Position;
import java.util.Optional;

/** One client in one room. On the client's event loop only. */
final class RoomMember extends LoopMembers.Member {
    final Room room;

    private final Runnable refused;
    /** Written on the loop; others look whether it has {@link State#LEFT}. */
    private volatile State state = State.OUTSIDE;

    private boolean joined;

    private enum State {
        OUTSIDE,
        ARRIVING,
        INSIDE,
        LEFT
    }

    /** @param refused called if the room cannot be entered */
    RoomMember(Room room, ClientSocket socket, Runnable refused) {
        super(socket);
        this.room = room;
        this.refused = refused;
    }

    /** Answers {@code joined} or {@code err}. A member is answered again; a second call while joining does nothing. */
    void join(Optional<Position> after) {
        if (state == State.INSIDE) {
            members().remove(this);
        }
        if (state != State.ARRIVING) {
            state = State.ARRIVING;
            new CatchUp(this).join(after);
        }
    }

    void leave() {
        if (state == State.INSIDE) {
            members().remove(this);
        }
        state = State.LEFT;
    }

    boolean hasLeft() {
        return state == State.LEFT;
    }

    /** Whether the client has been told that it is in. */
    boolean isJoined() {
        return joined;
    }

    void joined() {
        joined = true;
    }

    void refused() {
        refused.run();
    }

    /** From now on it hears what is live; {@link #knows} or {@link #exit} must follow in this turn. */
    void enter() {
        state = State.INSIDE;
        members().add(this);
    }

    /** It has heard all up to there. */
    void knows(long heard, Position upTo) {
        told(heard, upTo);
        members().spliced(heard);
    }

    /** It does not hear what is live, since it has not heard what comes before. */
    void exit() {
        state = State.ARRIVING;
        members().remove(this);
    }

    @Override
    void fellBehind() {
        exit();
        new CatchUp(this).goOn(position());
    }

    private LoopMembers members() {
        return room.membersOn(socket().batch());
    }
}
