package io.broker4j.redis;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the server's error replies into messages: which command and user were refused, the reply, and the remedy (fact
 * 13). Immutable.
 */
final class ErrorReplies {
    private static final String OLDEST = "7.0";
    private static final Pattern QUOTED = Pattern.compile("'([^']+)'");

    /** The rights that durable topics need in addition to those for live topics. */
    static final String LOG_RIGHTS = "+xadd +xrange +xrevrange +xreadgroup +xack +xclaim +xpending +xlen"
            + " +xinfo|stream +xinfo|groups +xinfo|consumers +xgroup|create +xgroup|createconsumer +xgroup|setid"
            + " +xgroup|delconsumer +pexpire +persist +eval +evalsha +multi +exec";

    /**
     * The reply, in place of NOPERM, when a script runs a command that the user may not run: from Redis 7.0, and from
     * later versions.
     */
    private static final List<String> SCRIPT_NOPERM =
            List.of("ERR The user executing the script can't", "ERR ACL failure in script");

    private final String medium;
    private final String user;
    private final String prefix;

    ErrorReplies(String medium, String user, String prefix) {
        this.medium = medium;
        this.user = user;
        this.prefix = prefix;
    }

    /** For a refused command of the handshake, with which every connection begins. */
    String connectionRefused(String reply) {
        String shown = MissingCommand.withoutArguments(reply);
        return switch (code(reply)) {
            case "WRONGPASS" ->
                medium + " refused the user name or password: " + shown
                        + " (in a locator '@', ':', '/', '?' and '%' in them are percent-encoded) (README#credentials)";
            case "NOAUTH" ->
                medium + " wants a password: " + shown + " (give it in the locator: redis://user:password@host, or"
                        + " redis://:password@host) (README#credentials)";
            case "NOPERM" ->
                medium + " accepts the login but refuses a command that every connection begins with: " + shown
                        + remedy(reply, "+" + command(reply));
            case "NOPROTO" -> tooOld("without RESP3 (" + shown + ")");
            case "ERR" ->
                MissingCommand.of(reply).equals("HELLO")
                        ? tooOld("before 6.0, or has no HELLO (" + shown + ")")
                        : medium + " refused the connection: " + shown + remedy(reply, "");
            default -> medium + " refused the connection: " + shown + remedy(reply, "") + " (README#connect)";
        };
    }

    /** For a server whose version is older than the oldest that is supported. */
    String tooOld(String version) {
        return medium + " is Redis " + version + ", at least " + OLDEST
                + " is needed: upgrade the server, or give another address (README#redis-version)";
    }

    /** The command that a NOPERM reply refuses. */
    private static String command(String reply) {
        Matcher quoted = QUOTED.matcher(reply);
        return quoted.find() ? quoted.group(1) : "…";
    }

    String publishRefused(String channel, String reply) {
        return words("PUBLISH " + channel, reply, "+publish &" + allowed(channel));
    }

    /** For a refused command about a log; {@code command} names it. */
    String logRefused(String command, String key, String reply) {
        String known = SCRIPT_NOPERM.stream().anyMatch(reply::startsWith) ? "NOPERM" : reply;
        String words = code(reply).equals("WRONGTYPE")
                ? "; the key " + key
                        + " holds no stream: give the broker a prefix that no other program uses, or delete it"
                : remedy(known, "~" + allowed(key) + " " + LOG_RIGHTS);
        return medium + " refused " + command + ": " + MissingCommand.withoutArguments(reply) + words;
    }

    String roleRefused(String reply) {
        return words("HELLO", reply, "+hello");
    }

    String subscribeRefused(String channel, boolean pattern, String reply) {
        return pattern
                ? words("PSUBSCRIBE " + channel, reply, "+psubscribe &" + channel + " (literally this, or allchannels)")
                : words("SUBSCRIBE " + channel, reply, "+subscribe &" + allowed(channel));
    }

    String unsubscribeRefused(String channel, boolean pattern, String reply) {
        return pattern
                ? words("PUNSUBSCRIBE " + channel, reply, "+punsubscribe")
                : words("UNSUBSCRIBE " + channel, reply, "+unsubscribe");
    }

    private String words(String command, String reply, String right) {
        return medium + " refused " + command + ": " + MissingCommand.withoutArguments(reply) + remedy(reply, right);
    }

    private String allowed(String channel) {
        return prefix.isEmpty() ? channel : prefix + ":*";
    }

    private String remedy(String reply, String right) {
        return switch (code(reply)) {
            case "NOPERM" -> "; allow it on the server with: ACL SETUSER " + user + " " + right + " (README#acl)";
            case "NOAUTH" -> "; give the credentials in the locator: redis://user:password@host (README#credentials)";
            case "OOM" -> "; raise the server's maxmemory or free some";
            case "READONLY" -> "; this server is a replica: give the master's address";
            case "MISCONF" -> "; the server cannot save to disk: fix that, or see stop-writes-on-bgsave-error";
            case "NOREPLICAS" -> "; the server has too few replicas for min-replicas-to-write";
            case "LOADING" -> "; the server is still loading its data: try again";
            case "BUSY" -> "; a script blocks the server: try again, or SCRIPT KILL";
            case "CLUSTERDOWN", "TRYAGAIN" -> "; the cluster is being changed: try again";
            default -> MissingCommand.remedy(reply);
        };
    }

    /** Whether the reply says that there is no such key. */
    static boolean isNoKey(String reply) {
        return reply.startsWith("ERR no such key");
    }

    /** Whether the reply says that the server is no longer a master. */
    static boolean isFromReplica(String reply) {
        return code(reply).equals("READONLY");
    }

    /** The first word of an error reply. */
    static String code(String reply) {
        int space = reply.indexOf(' ');
        return space < 0 ? reply : reply.substring(0, space);
    }
}
