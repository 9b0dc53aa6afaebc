package io.broker4j.chat;

/** One client in one room. On the client's event loop only. */
final class Membership {
    final Room room;
    final ClientSocket socket;
    /** Whether the room's subscription is live and the client is told so. */
    boolean joined;
    /** Where it is in its {@link LoopMembers}. */
    int index;

    Membership(Room room, ClientSocket socket) {
        this.room = room;
        this.socket = socket;
    }
}
