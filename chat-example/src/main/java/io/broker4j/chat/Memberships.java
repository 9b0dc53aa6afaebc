package io.broker4j.chat;

import io.broker4j.chat.Refusal.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rooms one client is in, or on its way into. On its event loop only. */
final class Memberships {
    private final Rooms rooms;
    private final ClientSocket socket;
    private final Map<String, Membership> byRoom = new HashMap<>(4);

    Memberships(Rooms rooms, ClientSocket socket) {
        this.rooms = rooms;
        this.socket = socket;
    }

    /** The room of that name, if the client has been told that it is in. */
    Optional<Room> joined(String name) {
        Membership member = byRoom.get(name);
        return member != null && member.joined ? Optional.of(member.room) : Optional.empty();
    }

    /** Answers {@code joined} once the room's subscription is live, or {@code err}. */
    void join(String name) {
        Membership known = byRoom.get(name);
        if (known != null) {
            answerAgain(known);
        } else if (byRoom.size() >= ProtocolLimits.ROOMS) {
            socket.send(ServerFrames.err(Refusal.of(Reason.TOO_MANY_ROOMS).inRoom(name)));
        } else {
            Room room = rooms.enter(name, socket.batch());
            Membership member = new Membership(room, socket);
            byRoom.put(name, member);
            room.live().whenComplete((live, failure) -> socket.batch().execute(() -> entered(member, failure)));
        }
    }

    /** Whether the client was in, or on its way. */
    boolean leave(String name) {
        Membership member = byRoom.remove(name);
        if (member == null) {
            return false;
        }
        left(member);
        return true;
    }

    void leaveAll() {
        byRoom.values().forEach(this::left);
        byRoom.clear();
    }

    private void answerAgain(Membership known) {
        if (known.joined) {
            socket.send(ServerFrames.joined(known.room.name));
        }
    }

    private void entered(Membership member, @Nullable Throwable failure) {
        String name = member.room.name;
        if (byRoom.get(name) != member) {
            return;
        }
        if (failure != null) {
            rooms.forget(member.room);
            leave(name);
            socket.send(ServerFrames.err(Refusal.of(Reason.UNAVAILABLE).inRoom(name)));
            return;
        }
        member.joined = true;
        member.room.membersOn(socket.batch()).add(member);
        socket.send(ServerFrames.joined(name));
    }

    private void left(Membership member) {
        if (member.joined) {
            member.room.membersOn(socket.batch()).remove(member);
        }
        rooms.leave(member.room);
    }
}
