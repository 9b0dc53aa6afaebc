/**
 * A chat over WebSockets that scales over servers through any broker.
 *
 * <pre>{@code
 * browser -> HttpRequests -> Upgrades -> WebSocketHandler -> Session -> Room -> RoomLog -> the medium
 *                                                                                             |
 * browser <- ClientSocket <- LoopMembers (one per room and event loop) <- RoomReader <--------+
 *                  ^                                                      its Tail            |
 *                  +--- CatchUp (what a client has missed), Pages <- or else RoomHistory <--+
 * }</pre>
 *
 * <p><b>Nothing is delivered around the broker.</b> The sender's own server hears a message from the medium like every
 * other server, so all clients see one order. A server has one subscription per room, however many clients are in it. A
 * message is encoded once, by the server that publishes it; the others check it, put its position in, and put the same bytes
 * on their sockets.
 *
 * <p><b>A room is a durable topic</b>, and the log is the truth. A client names the last position that it has read. It
 * gets what follows from the room's {@link io.broker4j.chat.Tail} in memory, or from the log, and then the live
 * messages. Nothing is missing or doubled in between: a client becomes a member before the tail is read, and every
 * frame for members has a number, so no client gets the same frame twice. A message that was sent twice is in the log
 * twice. The log alone decides which entry is the duplicate ({@link io.broker4j.chat.Duplicates}), so all servers drop
 * the same one.
 *
 * <p><b>Threads.</b> Whatever belongs to one connection lives on its event loop and has no locks. Logs are read back on the few
 * threads of {@link io.broker4j.chat.Reads}, never on an event loop. Others come in at two places only:
 * {@link io.broker4j.chat.Audience} hands what is live to {@link io.broker4j.chat.LoopMembers}, and the outcome of a publish,
 * a subscribe or a read is posted to {@link io.broker4j.chat.LoopBatch}. {@link io.broker4j.chat.Rooms}, {@code Room},
 * {@code RoomReader}, {@code LoopMembers}, {@code LoopBatch} and {@link io.broker4j.chat.ConnectionCounter} each have one lock; no two are
 * ever held together, and nothing of the broker is called under one.
 */
@NullMarked
package io.broker4j.chat;

import org.jspecify.annotations.NullMarked;
