package io.broker4j.chat;

import io.broker4j.Position;
import java.nio.charset.StandardCharsets;

/** A message as every client sees it, with its place in the room's log. Not to be changed. */
final class Line {
    final Position position;
    /** A {@code msg} object, in UTF-8. */
    final byte[] json;

    private Line(Position position, byte[] json) {
        this.position = position;
        this.json = json;
    }

    /**
     * Puts the position behind the type. Whoever published the message could not know it; all else stays byte for byte.
     *
     * @param message one that {@link RoomMessage#parse} took
     */
    static Line of(Position position, byte[] message) {
        byte[] place = (",\"p\":\"" + position + '"').getBytes(StandardCharsets.US_ASCII);
        int type = RoomMessage.BEGINNING.length;
        byte[] json = new byte[message.length + place.length];
        System.arraycopy(message, 0, json, 0, type);
        System.arraycopy(place, 0, json, type, place.length);
        System.arraycopy(message, type, json, type + place.length, message.length - type);
        return new Line(position, json);
    }

    @Override
    public String toString() {
        return new String(json, StandardCharsets.UTF_8);
    }
}
