package io.broker4j.chat;

import io.broker4j.Position;
import io.broker4j.chat.Refusal.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The rooms one client is in, or on its way into. On its event loop only. */
final class ClientRooms {
    private final Rooms rooms;
    private final ClientSocket socket;
    private final Map<String, RoomMember> byRoom = new HashMap<>(4);

    ClientRooms(Rooms rooms, ClientSocket socket) {
        this.rooms = rooms;
        this.socket = socket;
    }

    /** The room of that name, if the client has been told that it is in. */
    Optional<Room> joined(String name) {
        return Optional.ofNullable(byRoom.get(name))
                .filter(RoomMember::isJoined)
                .map(member -> member.room);
    }

    /** Answers {@code joined} once the room's subscription is live and the client is told what it has missed, or {@code err}. */
    void join(String name, Optional<Position> after) {
        RoomMember known = byRoom.get(name);
        if (known != null) {
            known.join(after);
        } else if (byRoom.size() >= ProtocolLimits.ROOMS) {
            socket.send(ServerFrames.err(Refusal.of(Reason.TOO_MANY_ROOMS).inRoom(name)));
        } else {
            Room room = rooms.enter(name, socket.batch());
            RoomMember member = new RoomMember(room, socket, () -> refused(room));
            byRoom.put(name, member);
            member.join(after);
        }
    }

    /** Whether the client was in, or on its way. */
    boolean leave(String name) {
        RoomMember member = byRoom.remove(name);
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

    private void refused(Room room) {
        rooms.forget(room);
        leave(room.name);
        socket.send(ServerFrames.err(Refusal.of(Reason.UNAVAILABLE).inRoom(room.name)));
    }

    private void left(RoomMember member) {
        member.leave();
        rooms.leave(member.room);
    }
}
