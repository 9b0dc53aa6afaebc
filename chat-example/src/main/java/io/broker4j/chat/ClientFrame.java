package io.broker4j.chat;

import io.broker4j.Position;
import java.util.List;
import java.util.Optional;

/** What a client says, its types checked, its contents not yet. */
sealed interface ClientFrame {

    record Hello(long version, String name, Optional<String> key, List<Join> rooms) implements ClientFrame {}

    /** @param after where the client has got to; empty also if it says something that is no position */
    record Join(String room, Optional<Position> after) implements ClientFrame {}

    record Leave(String room) implements ClientFrame {}

    record Send(String room, String cid, String text) implements ClientFrame {}

    /** @param before empty if that is no position */
    record More(String room, Optional<Position> before, long limit) implements ClientFrame {}

    record Ping(long n) implements ClientFrame {}

    /** A type this server does not know. */
    record Unknown() implements ClientFrame {}
}
