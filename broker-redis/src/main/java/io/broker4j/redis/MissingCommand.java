package io.broker4j.redis;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what stops working when the server's configuration has renamed or disabled a command. */
final class MissingCommand {
    private static final Pattern REPLY = Pattern.compile("ERR unknown command ['`]?([A-Za-z]+).*", Pattern.DOTALL);

    private MissingCommand() {}

    /** The remedy to add to an error reply; empty if the reply is about something else. */
    static String remedy(String reply) {
        String command = of(reply);
        return command.isEmpty()
                ? ""
                : "; the server's configuration has renamed or disabled " + command
                        + " (rename-command), and without it " + consequence(command)
                        + ": let it keep its name (README#missing-command)";
    }

    /** The reply without the arguments that the server repeats: they may be payloads or a password. */
    static String withoutArguments(String reply) {
        return of(reply).isEmpty() ? reply : reply.replaceFirst("(?s), with args beginning with:.*", "");
    }

    /** The command that the server does not know, in upper case; empty if the reply says something else. */
    static String of(String reply) {
        Matcher matcher = REPLY.matcher(reply);
        return matcher.matches() ? matcher.group(1).toUpperCase(Locale.ROOT) : "";
    }

    private static String consequence(String command) {
        return switch (command) {
            case "HELLO", "AUTH", "SELECT" -> "no connection can begin";
            case "PUBLISH" -> "nothing is published to live topics, and durable ones are read late";
            case "SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE" ->
                "live topics do not arrive, and durable ones late";
            case "PING" -> "a connection that has gone silent is not noticed";
            case "XADD" -> "nothing is published to durable topics";
            case "PEXPIRE", "PERSIST" -> "the idle expiry of durable topics has no effect";
            case "XRANGE", "XREVRANGE", "XINFO", "XLEN" -> "durable topics are not read";
            default -> "groups share no work"; // MULTI, EXEC, EVAL, EVALSHA and the commands of groups
        };
    }
}
