package io.broker4j.testkit;

import io.broker4j.testkit.ScriptedServer.Reply;
import io.broker4j.testkit.ScriptedServer.Request;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a {@link ScriptedServer} answers where no script says otherwise. Thread-safe. */
final class UsualReplies {
    private static final String HELLO =
            "%7\r\n+server\r\n+redis\r\n+version\r\n+7.0.15\r\n+proto\r\n:3\r\n+id\r\n:1\r\n"
                    + "+mode\r\n+standalone\r\n+role\r\n+master\r\n+modules\r\n*0\r\n";

    private final Map<Integer, ScriptedConnection> connections;

    UsualReplies(Map<Integer, ScriptedConnection> connections) {
        this.connections = connections;
    }

    Reply to(Request request) {
        List<String> words = request.words();
        return Reply.of(
                switch (request.command()) {
                    case "HELLO" -> HELLO;
                    case "AUTH", "CLIENT", "SELECT" -> "+OK\r\n";
                    case "PING" -> "+PONG\r\n";
                    case "ROLE" -> "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";
                    case "SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE" -> confirmations(request);
                    case "PUBLISH" -> ":" + deliver(words.get(1), words.get(2)) + "\r\n";
                    default -> "-ERR unknown command '" + words.get(0) + "'\r\n";
                });
    }

    private String confirmations(Request request) {
        String kind = request.command().toLowerCase(Locale.ROOT);
        StringBuilder replies = new StringBuilder();
        for (String channel : request.words().subList(1, request.words().size())) {
            Set<String> subscribed = subscribedBy(request.connection());
            if (kind.contains("unsubscribe")) {
                subscribed.remove(channel);
            } else {
                subscribed.add(channel);
            }
            replies.append(">3\r\n").append(bulk(kind)).append(bulk(channel));
            replies.append(':').append(subscribed.size()).append("\r\n");
        }
        return replies.toString();
    }

    private Set<String> subscribedBy(int connection) {
        ScriptedConnection known = connections.get(connection);
        return known == null ? new HashSet<>() : known.subscribed();
    }

    private int deliver(String channel, String message) {
        int receivers = 0;
        for (ScriptedConnection connection : connections.values()) {
            if (connection.subscribed().contains(channel)) {
                connection.write(">3\r\n" + bulk("message") + bulk(channel) + bulk(message));
                receivers++;
            }
        }
        return receivers;
    }

    private static String bulk(String bytes) {
        return "$" + bytes.length() + "\r\n" + bytes + "\r\n";
    }
}
