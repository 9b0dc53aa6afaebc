package io.broker4j.chat;

import io.broker4j.Position;
import io.broker4j.chat.ClientFrame.Hello;
import io.broker4j.chat.ClientFrame.Join;
import io.broker4j.chat.ClientFrame.Leave;
import io.broker4j.chat.ClientFrame.More;
import io.broker4j.chat.ClientFrame.Ping;
import io.broker4j.chat.ClientFrame.Send;
import io.broker4j.chat.ClientFrame.Unknown;
import io.broker4j.chat.Refusal.Reason;
import io.netty.buffer.ByteBuf;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one client says and what comes of it. On its event loop only. */
final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    private final ClientSocket socket;
    private final ChatConfig config;
    private final ClientRooms memberships;
    private final Pages pages;
    private final Allowance allowance;
    private final LoopTimer hello;
    private final InstantSource clock;
    private @Nullable Identity identity;
    private int protocolErrors;

    Session(
            ClientSocket socket,
            ChatConfig config,
            ClientRooms memberships,
            Pages pages,
            Allowance allowance,
            LoopTimer hello,
            InstantSource clock) {
        this.socket = socket;
        this.config = config;
        this.memberships = memberships;
        this.pages = pages;
        this.allowance = allowance;
        this.hello = hello;
        this.clock = clock;
    }

    void receive(String text) {
        try {
            handle(ClientFrames.parse(text));
        } catch (MalformedFrameException malformed) {
            protocolError(Reason.INVALID);
        }
    }

    /** A WebSocket ping; its payload stays the caller's. */
    void pinged(ByteBuf payload) {
        if (allowance.control() == 0) {
            socket.pong(payload);
        } else {
            refused();
        }
    }

    void gone() {
        hello.clear();
        memberships.leaveAll();
    }

    private void handle(ClientFrame frame) {
        if (frame instanceof Unknown) {
            protocolError(Reason.UNKNOWN_TYPE);
        } else if (identity == null) {
            first(frame);
        } else if (frame instanceof Send send) {
            send(identity, send);
        } else {
            control(frame);
        }
    }

    private void first(ClientFrame frame) {
        if (frame instanceof Hello greeting) {
            greet(greeting);
        } else {
            protocolError(Reason.INVALID);
        }
    }

    private void greet(Hello greeting) {
        if (greeting.version() != 1) {
            socket.close(CloseCodes.PROTOCOL);
            return;
        }
        Optional<String> name = TextRules.name(greeting.name());
        if (name.isEmpty() || !greeting.key().map(Identity::isKey).orElse(true)) {
            refuse(Refusal.of(Reason.INVALID));
            return;
        }
        identity = Identity.of(name.get(), greeting.key());
        hello.clear();
        socket.send(ServerFrames.welcome(identity, config));
        greeting.rooms().forEach(this::join);
    }

    private void control(ClientFrame frame) {
        long retryMs = allowance.control();
        if (retryMs > 0) {
            refuse(about(frame, Refusal.of(Reason.RATE).retryAfter(retryMs)));
        } else if (frame instanceof Join join) {
            join(join);
        } else if (frame instanceof More more) {
            more(more);
        } else if (frame instanceof Leave leave) {
            leave(leave.room());
        } else if (frame instanceof Ping ping) {
            socket.send(ServerFrames.pong(ping.n()));
        } else {
            refuse(Refusal.of(Reason.INVALID));
        }
    }

    private static Refusal about(ClientFrame frame, Refusal refusal) {
        if (frame instanceof Join join) {
            return refusal.inRoom(join.room());
        }
        if (frame instanceof More more) {
            return refusal.inRoom(more.room());
        }
        return frame instanceof Leave leave ? refusal.inRoom(leave.room()) : refusal;
    }

    private void join(Join join) {
        TextRules.room(join.room())
                .ifPresentOrElse(
                        room -> memberships.join(room, join.after()),
                        () -> refuse(Refusal.of(Reason.INVALID).inRoom(join.room())));
    }

    private void more(More more) {
        Optional<Room> room = TextRules.room(more.room()).flatMap(memberships::joined);
        if (room.isEmpty()) {
            refuse(Refusal.of(Reason.NOT_JOINED).inRoom(more.room()));
        } else if (more.before().isEmpty() || more.limit() < 1) {
            refuse(Refusal.of(Reason.INVALID).inRoom(more.room()));
        } else if (!pages.ask(room.get(), more.before().get(), (int) Math.min(more.limit(), ProtocolLimits.PAGE))) {
            refuse(Refusal.of(Reason.RATE).inRoom(more.room()).retryAfter(Pages.PATIENCE_MS));
        }
    }

    private void leave(String raw) {
        if (!TextRules.room(raw).map(memberships::leave).orElse(false)) {
            refuse(Refusal.of(Reason.NOT_JOINED).inRoom(raw));
        }
    }

    private void send(Identity from, Send send) {
        Optional<Room> room = TextRules.room(send.room()).flatMap(memberships::joined);
        if (!TextRules.isCid(send.cid())) {
            refuse(Refusal.of(Reason.INVALID).inRoom(send.room()));
        } else if (!TextRules.isText(send.text())) {
            refuse(send, Refusal.of(Reason.INVALID));
        } else if (room.isEmpty()) {
            refuse(send, Refusal.of(Reason.NOT_JOINED));
        } else {
            publish(room.get(), from, send);
        }
    }

    private void publish(Room room, Identity from, Send send) {
        long retryMs = allowance.message();
        if (retryMs > 0) {
            refuse(send, Refusal.of(Reason.RATE).retryAfter(retryMs));
            return;
        }
        long now = clock.millis();
        RoomMessage message = new RoomMessage(from.id(), send.cid());
        Optional<Position> known = room.find(message, now);
        if (known.isPresent()) {
            socket.send(ServerFrames.ack(room.name, send.cid(), known.get()));
            return;
        }
        room.publish(message, now, ServerFrames.msg(room.name, now, from, send.cid(), send.text()))
                .whenComplete(
                        (position, failure) -> socket.later(() -> published(room, send.cid(), position, failure)));
    }

    /** Whether it arrived or not: what the medium may have is never sent a second time from here. */
    private void published(Room room, String cid, Position position, @Nullable Throwable failure) {
        if (failure == null) {
            socket.send(ServerFrames.ack(room.name, cid, position));
        } else {
            LOG.log(System.Logger.Level.DEBUG, "a message was not published", failure);
            socket.send(ServerFrames.err(
                    Refusal.of(Reason.UNAVAILABLE).inRoom(room.name).ofMessage(cid)));
        }
    }

    private void refuse(Send send, Refusal refusal) {
        refuse(refusal.inRoom(send.room()).ofMessage(send.cid()));
    }

    private void refuse(Refusal refusal) {
        socket.send(ServerFrames.err(refusal));
        refused();
    }

    private void refused() {
        if (allowance.refused()) {
            socket.send(ServerFrames.bye(
                    CloseCodes.FLOODING.code(), config.timings().refusals().toMillis()));
            socket.close(CloseCodes.FLOODING);
        }
    }

    private void protocolError(Reason reason) {
        if (++protocolErrors >= ProtocolLimits.PROTOCOL_ERRORS) {
            socket.close(CloseCodes.PROTOCOL);
        } else {
            socket.send(ServerFrames.err(Refusal.of(reason)));
        }
    }
}
