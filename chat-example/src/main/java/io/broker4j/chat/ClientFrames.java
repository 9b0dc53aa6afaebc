package io.broker4j.chat;

import io.broker4j.Position;
import io.broker4j.chat.ClientFrame.Hello;
import io.broker4j.chat.ClientFrame.Join;
import io.broker4j.chat.ClientFrame.Leave;
import io.broker4j.chat.ClientFrame.More;
import io.broker4j.chat.ClientFrame.Ping;
import io.broker4j.chat.ClientFrame.Send;
import io.broker4j.chat.ClientFrame.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what a client says. */
final class ClientFrames {
    private ClientFrames() {}

    /** The frame in {@code text}; broken JSON and a field of the wrong type are the client's protocol errors. */
    static ClientFrame parse(String text) throws MalformedFrameException {
        JsonDocument json = JsonDocument.parse(text);
        return switch (json.string("t")) {
            case "hello" -> hello(json);
            case "join" -> join(json);
            case "leave" -> new Leave(json.string("r"));
            case "send" -> new Send(json.string("r"), json.string("cid"), json.string("text"));
            case "more" -> new More(json.string("r"), position(json.string("before")), json.integer("limit"));
            case "ping" -> new Ping(json.integer("n"));
            default -> new Unknown();
        };
    }

    private static Hello hello(JsonDocument json) throws MalformedFrameException {
        List<Join> rooms = new ArrayList<>();
        for (JsonDocument each : json.objects("rooms")) {
            rooms.add(join(each));
        }
        return new Hello(json.integer("v"), json.string("name"), json.optionalString("key"), rooms);
    }

    private static Join join(JsonDocument json) throws MalformedFrameException {
        return new Join(json.string("r"), json.optionalString("after").flatMap(ClientFrames::position));
    }

    /** Whatever a client kept from wherever it was is well formed, but perhaps no position. */
    private static Optional<Position> position(String text) {
        try {
            return Optional.of(Position.parse(text));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
