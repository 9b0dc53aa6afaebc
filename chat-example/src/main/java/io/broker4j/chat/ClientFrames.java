package io.broker4j.chat;

import io.broker4j.chat.ClientFrame.Hello;
import io.broker4j.chat.ClientFrame.Join;
import io.broker4j.chat.ClientFrame.Leave;
import io.broker4j.chat.ClientFrame.Ping;
import io.broker4j.chat.ClientFrame.Send;
import io.broker4j.chat.ClientFrame.Unknown;
import java.util.ArrayList;
import java.util.List;

/** Reads what a client says. */
final class ClientFrames {
    private ClientFrames() {}

    /** The frame in {@code text}; broken JSON and a field of the wrong type are the client's protocol errors. */
    static ClientFrame parse(String text) throws MalformedFrameException {
        JsonDocument json = JsonDocument.parse(text);
        return switch (json.string("t")) {
            case "hello" -> hello(json);
            case "join" -> new Join(room(json));
            case "leave" -> new Leave(json.string("r"));
            case "send" -> new Send(json.string("r"), json.string("cid"), json.string("text"));
            case "ping" -> new Ping(json.integer("n"));
            default -> new Unknown();
        };
    }

    private static Hello hello(JsonDocument json) throws MalformedFrameException {
        List<String> rooms = new ArrayList<>();
        for (JsonDocument each : json.objects("rooms")) {
            rooms.add(room(each));
        }
        return new Hello(json.integer("v"), json.string("name"), json.optionalString("key"), rooms);
    }

    /** Live rooms have nothing to resume {@code after}, but what a client says must still be well formed. */
    private static String room(JsonDocument json) throws MalformedFrameException {
        json.optionalString("after");
        return json.string("r");
    }
}
