package io.broker4j.redis.chaos;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The options of a command: {@code --name value}, or {@code --name} alone. */
final class Options {
    // Kept here: a logger that nobody refers to forgets its level.
    private static final Set<Logger> TOO_LOUD =
            Set.of(Logger.getLogger("io.lettuce"), Logger.getLogger("io.broker4j"), Logger.getLogger("io.netty"));

    private final Map<String, String> values = new HashMap<>();

    private Options() {}

    /** Also silences what brokers log about faults, so that what a command prints can be read. */
    static Options of(String[] args, String... known) {
        TOO_LOUD.forEach(logger -> logger.setLevel(Level.OFF));
        Options options = new Options();
        for (int i = 0; i < args.length; i++) {
            boolean hasValue = i + 1 < args.length && !args[i + 1].startsWith("--");
            options.values.put(args[i].replaceFirst("^--", ""), hasValue ? args[++i] : "");
        }
        if (!Set.of(known).containsAll(options.values.keySet())) {
            throw new IllegalArgumentException(
                    "options given: " + options.values.keySet() + ", known: " + Set.of(known));
        }
        return options;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    long number(String name, long otherwise) {
        return has(name) ? Long.parseLong(values.get(name)) : otherwise;
    }
}
