package io.broker4j.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a server says to ROLE. Publishing to one that is no master "succeeds" and reaches nobody on the real one (fact 9).
 *
 * @param name {@code master}, {@code slave} or {@code sentinel}
 * @param master whom a replica follows, {@code host:port}; empty for others
 */
record Role(String name, String master) {

    static Role of(List<?> reply) {
        String name = reply.isEmpty() ? "" : text(reply.get(0));
        boolean follows = name.equals("slave") && reply.size() > 2;
        return new Role(name, follows ? text(reply.get(1)) + ":" + reply.get(2) : "");
    }

    private static String text(Object word) {
        return word instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(word);
    }

    boolean isMaster() {
        return name.equals("master");
    }

    /** What is wrong with a server that is no master, to follow its name, and the remedy. */
    String defect() {
        return master.isEmpty()
                ? "is a " + name + ", not a master: give the master's address (README#replica)"
                : "is a replica of " + master + ", where what is published would not arrive: give the master's address"
                        + " (README#replica)";
    }
}
