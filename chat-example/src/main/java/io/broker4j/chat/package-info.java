/**
 * A chat over WebSockets that scales over servers through any broker.
 *
 * <pre>{@code
 * browser -> HttpRequests -> Upgrades -> WebSocketHandler -> Session -> Publisher -> the medium
 *                                                                                      |
 * browser <- ClientSocket <- LoopMembers (one per room and event loop) <- Room <-------+
 * }</pre>
 *
 * <p><b>Nothing is delivered around the broker.</b> The sender's own server hears a message from the medium like every
 * other server, so all clients see one order. A server has one subscription per room, however many clients are in it. A
 * message is encoded once, by the server that publishes it; the others check it and put the same bytes on their sockets.
 *
 * <p><b>Threads.</b> Whatever belongs to one connection lives on its event loop and has no locks. Broker threads come in
 * at two places only: {@link io.broker4j.chat.Room} hands messages to {@link io.broker4j.chat.LoopMembers}, and the
 * outcome of a publish or subscribe is posted to {@link io.broker4j.chat.LoopBatch}. {@link io.broker4j.chat.Rooms},
 * {@code LoopMembers}, {@code LoopBatch} and {@link io.broker4j.chat.Census} each have one lock; no two are ever held
 * together, and nothing of the broker is called under one.
 */
@NullMarked
package io.broker4j.chat;

import org.jspecify.annotations.NullMarked;
