package io.broker4j.chat;

import io.broker4j.Position;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes what the server says, as UTF-8 JSON. The type {@code t} always comes first. */
final class ServerFrames {
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final int USUAL_BYTES = 256;
    private static final byte[] MSGS = ",\"msgs\":[".getBytes(StandardCharsets.US_ASCII);

    private ServerFrames() {}

    static byte[] welcome(Identity you, ChatConfig config) {
        return frame("welcome", json -> {
            json.writeNumberProperty("v", 1);
            identity(json, "you", you);
            json.writeStringProperty("node", config.node());
            json.writeNumberProperty("pingMs", config.timings().ping().toMillis());
            json.writeObjectPropertyStart("limits");
            json.writeNumberProperty("text", ProtocolLimits.TEXT);
            json.writeNumberProperty("frame", ProtocolLimits.FRAME);
            json.writeNumberProperty("name", ProtocolLimits.NAME);
            json.writeNumberProperty("room", ProtocolLimits.ROOM);
            json.writeNumberProperty("rooms", ProtocolLimits.ROOMS);
            json.writeNumberProperty("rate", config.messageRate());
            json.writeNumberProperty("burst", config.messageBurst());
            json.writeEndObject();
        });
    }

    /** The answer to a join, and what members are told when the room's log was lost. */
    static byte[] joined(String room, RoomReader.Snapshot known, boolean recovered) {
        Lines lines = known.lines();
        // A client without messages begins at p: never behind what it is still to be told.
        Position position = lines.list().isEmpty() ? lines.end() : known.end();
        return withMessages(lines.list(), "joined", json -> {
            json.writeStringProperty("r", room);
            json.writeStringProperty("p", position.toString());
            json.writeBooleanProperty("recovered", recovered);
        });
    }

    static byte[] page(String room, RoomHistory.Page page) {
        return withMessages(page.lines(), "page", json -> {
            json.writeStringProperty("r", room);
            json.writeBooleanProperty("end", page.end());
        });
    }

    /** What goes over the medium, and byte for byte to every client. */
    static byte[] msg(String room, long timestamp, Identity from, String cid, String text) {
        return frame("msg", json -> {
            json.writeStringProperty("r", room);
            json.writeNumberProperty("ts", timestamp);
            identity(json, "from", from);
            json.writeStringProperty("cid", cid);
            json.writeStringProperty("text", text);
        });
    }

    static byte[] ack(String room, String cid, Position position) {
        return frame("ack", json -> {
            json.writeStringProperty("cid", cid);
            json.writeStringProperty("r", room);
            json.writeStringProperty("p", position.toString());
        });
    }

    static byte[] err(Refusal refusal) {
        return frame("err", json -> {
            json.writeStringProperty("code", refusal.reason().code);
            if (refusal.cid() != null) {
                json.writeStringProperty("cid", refusal.cid());
            }
            if (refusal.room() != null) {
                json.writeStringProperty("r", refusal.room());
            }
            refusal.retryMs().ifPresent(ms -> json.writeNumberProperty("retryMs", ms));
        });
    }

    static byte[] pong(long n) {
        return frame("pong", json -> json.writeNumberProperty("n", n));
    }

    static byte[] bye(int code, long retryMs) {
        return frame("bye", json -> {
            json.writeNumberProperty("code", code);
            json.writeNumberProperty("retryMs", retryMs);
        });
    }

    private static void identity(JsonGenerator json, String field, Identity who) {
        json.writeObjectPropertyStart(field);
        json.writeStringProperty("id", who.id());
        json.writeStringProperty("name", who.name());
        json.writeEndObject();
    }

    /** The lines are copied as they are. */
    private static byte[] withMessages(List<Line> lines, String type, Consumer<JsonGenerator> fields) {
        byte[] before = frame(type, fields);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(before.length
                + USUAL_BYTES
                + lines.stream().mapToInt(Lines::bytes).sum());
        bytes.write(before, 0, before.length - 1);
        bytes.writeBytes(MSGS);
        for (int i = 0; i < lines.size(); i++) {
            if (i > 0) {
                bytes.write(',');
            }
            bytes.writeBytes(lines.get(i).json);
        }
        bytes.write(']');
        bytes.write('}');
        return bytes.toByteArray();
    }

    private static byte[] frame(String type, Consumer<JsonGenerator> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("t", type);
            fields.accept(json);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
