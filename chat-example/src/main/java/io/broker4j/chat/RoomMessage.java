package io.broker4j.chat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What makes a message one message: sent twice it has the same sender and {@code cid}.
 *
 * @param sender the id, not the name
 * @param cid the client's own name for the message
 */
record RoomMessage(String sender, String cid) {
    static final byte[] BEGINNING = "{\"t\":\"msg\"".getBytes(StandardCharsets.US_ASCII);
    private static final System.Logger LOG = System.getLogger(RoomMessage.class.getName());
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

    /**
     * Checks what the medium brought, once per server, before every client of a room gets those very bytes. Anybody who
     * reaches the medium can put something there, and one wrong byte would cost each client its connection.
     *
     * @return empty if a server of this chat cannot have written this to this room
     */
    static Optional<RoomMessage> of(byte[] bytes, String room) {
        try {
            return Optional.of(parse(bytes, room));
        } catch (MalformedFrameException foreign) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no message of this chat: " + foreign.getMessage());
            return Optional.empty();
        }
    }

    /** See {@link #of}. */
    static RoomMessage parse(byte[] bytes, String room) throws MalformedFrameException {
        if (bytes.length > ProtocolLimits.MESSAGE) {
            throw new MalformedFrameException(bytes.length + " bytes, at most " + ProtocolLimits.MESSAGE + " allowed");
        }
        if (!startsWith(bytes, BEGINNING)) {
            throw new MalformedFrameException("does not begin with {\"t\":\"msg\"");
        }
        JsonDocument json = JsonDocument.parse(text(bytes));
        JsonDocument from = json.object("from");
        json.integer("ts");
        require(json.string("r").equals(room), "r is another room");
        require(ID.matcher(from.string("id")).matches(), "from.id is not an id");
        require(
                TextRules.name(from.string("name"))
                        .filter(from.string("name")::equals)
                        .isPresent(),
                "from.name is not allowed");
        require(TextRules.isCid(json.string("cid")), "cid is not allowed");
        require(TextRules.isText(json.string("text")), "text is empty or too long");
        require(!json.has("p"), "p is for the log to give");
        return new RoomMessage(from.string("id"), json.string("cid"));
    }

    private static void require(boolean condition, String otherwise) throws MalformedFrameException {
        if (!condition) {
            throw new MalformedFrameException(otherwise);
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] beginning) {
        return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, beginning.length))
                .equals(ByteBuffer.wrap(beginning));
    }

    private static String text(byte[] bytes) throws MalformedFrameException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new MalformedFrameException("not UTF-8", malformed);
        }
    }
}
