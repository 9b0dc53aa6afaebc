package io.broker4j.chat;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the server does not do, and why: an {@code err} frame.
 *
 * @param room the room it is about, if any
 * @param cid the message it is about, if any
 * @param retryMs when it may work, where that is known
 */
record Refusal(
        Reason reason, @Nullable String room, @Nullable String cid, OptionalLong retryMs) {

    enum Reason {
        UNAVAILABLE("unavailable"),
        RATE("rate"),
        INVALID("invalid"),
        UNKNOWN_TYPE("unknown_type"),
        NOT_JOINED("not_joined"),
        TOO_MANY_ROOMS("too_many_rooms");

        final String code;

        Reason(String code) {
            this.code = code;
        }
    }

    static Refusal of(Reason reason) {
        return new Refusal(reason, null, null, OptionalLong.empty());
    }

    Refusal inRoom(String name) {
        return new Refusal(reason, name, cid, retryMs);
    }

    Refusal ofMessage(String id) {
        return new Refusal(reason, room, id, retryMs);
    }

    Refusal retryAfter(long ms) {
        return new Refusal(reason, room, cid, OptionalLong.of(ms));
    }
}
