package io.broker4j.chat;

import java.util.List;
import java.util.Optional;

/** What a client says, its types checked, its contents not yet. */
sealed interface ClientFrame {

    record Hello(long version, String name, Optional<String> key, List<String> rooms) implements ClientFrame {}

    record Join(String room) implements ClientFrame {}

    record Leave(String room) implements ClientFrame {}

    record Send(String room, String cid, String text) implements ClientFrame {}

    record Ping(long n) implements ClientFrame {}

    /** A type this server does not know. */
    record Unknown() implements ClientFrame {}
}
