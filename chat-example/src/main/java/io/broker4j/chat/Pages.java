package io.broker4j.chat;

import io.broker4j.Position;
import io.broker4j.chat.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Pages of history, as one client asks for them: one at a time, since it is a lot for a few words. On the client's event loop
 * only.
 */
final class Pages {
    private static final System.Logger LOG = System.getLogger(Pages.class.getName());
    /** When to ask again after having asked too soon. */
    static final long PATIENCE_MS = 500;

    private final ClientSocket socket;
    private boolean asked;

    Pages(ClientSocket socket) {
        this.socket = socket;
    }

    /** Answers {@code page} or {@code err}; false, and no answer, if there is none yet to the last question. */
    boolean ask(Room room, Position before, int limit) {
        if (asked) {
            return false;
        }
        asked = true;
        room.reads()
                .read(room.past().page(before, limit), socket::isOpen)
                .whenComplete(
                        (page, failure) -> socket.later(() -> socket.whenWritable(() -> answer(room, page, failure))));
        return true;
    }

    private void answer(Room room, RoomHistory.@Nullable Page page, @Nullable Throwable failure) {
        asked = false;
        if (page != null) {
            socket.send(ServerFrames.page(room.name, page));
        } else {
            LOG.log(System.Logger.Level.DEBUG, "a page was not read", failure);
            socket.send(ServerFrames.err(Refusal.of(Reason.UNAVAILABLE).inRoom(room.name)));
        }
    }
}
