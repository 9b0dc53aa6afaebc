package io.broker4j.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The role in a server's answer to HELLO. Publishing to a server that is no master "succeeds" but reaches no subscriber
 * of the real master (fact 9). Not every service has ROLE; every server that speaks RESP3 has HELLO.
 *
 * @param name {@code master}, {@code replica} or, if the answer has no role, the mode, such as {@code sentinel}
 */
record Role(String name) {

    /** Reads HELLO's answer, in which names and values alternate. */
    static Role of(Object reply) {
        List<?> words = reply instanceof List<?> list ? list : List.of();
        return of(under("role", words), under("mode", words));
    }

    static Role of(@Nullable String role, @Nullable String mode) {
        return new Role(role != null ? role : mode != null ? mode : "server without a role");
    }

    private static @Nullable String under(String name, List<?> words) {
        for (int i = 0; i + 1 < words.size(); i += 2) {
            if (name.equals(text(words.get(i)))) {
                return text(words.get(i + 1));
            }
        }
        return null;
    }

    private static String text(Object word) {
        return word instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(word);
    }

    boolean isMaster() {
        return name.equals("master");
    }

    /** Text to follow the name of a server that is no master: what is wrong, and the remedy. */
    String defect() {
        return name.equals("replica")
                ? "is a replica, where published messages would reach nobody: give the master's address (README#replica)"
                : "is a " + name + ", not a master: give the master's address (README#replica)";
    }
}
