package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.testkit.RedisServer;
import io.broker4j.testkit.TcpProxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A real Redis for brokers that run as the {@link ReadmeUser}. At the end {@code ACL LOG} must hold what the test has
 * announced that the server would refuse, and nothing else.
 */
final class RestrictedRedis implements AutoCloseable {
    /** A replica gets its first copy at once: by default, a master waits for 5 s for more replicas. */
    private static final List<String> WITHOUT_DELAY = List.of("--repl-diskless-sync-delay", "0");

    private final RedisServer server;
    private final Set<String> expected = Collections.synchronizedSet(new TreeSet<>());
    private final Set<String> tolerated = Collections.synchronizedSet(new TreeSet<>());
    private final Set<String> refused = new TreeSet<>();
    private boolean closed;

    private RestrictedRedis(RedisServer server) {
        this.server = server;
    }

    /** @param globs of the filters with wildcards that will be subscribed to: the ACL compares them literally */
    static RestrictedRedis start(String... globs) {
        return start(List.of(globs));
    }

    /** For a user of durable topics too. */
    static RestrictedRedis startForLogs() {
        List<String> rules = new ArrayList<>(ReadmeUser.rules());
        rules.addAll(ReadmeUser.logRules());
        return start(rules, List.of());
    }

    static RestrictedRedis start(List<String> globs, String... configArgs) {
        return start(ReadmeUser.rules(), globs, configArgs);
    }

    private static RestrictedRedis start(List<String> rules, List<String> globs, String... configArgs) {
        List<String> args = new ArrayList<>(List.of("--user", ReadmeUser.NAME));
        args.addAll(rules);
        globs.forEach(glob -> args.add("&" + glob));
        args.addAll(WITHOUT_DELAY);
        args.addAll(List.of(configArgs));
        return new RestrictedRedis(RedisServer.start(args.toArray(String[]::new)));
    }

    /** A locator with the user's credentials. */
    String uri() {
        return ReadmeUser.uri(server.port());
    }

    static String uri(TcpProxy proxy) {
        return ReadmeUser.uri(proxy.port());
    }

    int port() {
        return server.port();
    }

    int tlsPort() {
        return server.tlsPort();
    }

    /** As the administrator. */
    String command(String... args) {
        return server.command(args);
    }

    /** Changes the user's rights, as an administrator would. */
    void change(String... rules) {
        List<String> args = new ArrayList<>(List.of("ACL", "SETUSER", ReadmeUser.NAME));
        args.addAll(List.of(rules));
        server.command(args.toArray(String[]::new));
    }

    void kill() {
        readLog();
        server.kill();
    }

    void restart() {
        server.restart();
    }

    void pause() {
        server.pause();
    }

    void resume() {
        server.resume();
    }

    /** @param refusals such as {@code command publish app}: the kind, what was refused, and to whom */
    void expectRefusals(String... refusals) {
        expected.addAll(Arrays.asList(refusals));
    }

    /** @param refusals as for {@link #expectRefusals}, but which may also not happen */
    void tolerateRefusals(String... refusals) {
        tolerated.addAll(Arrays.asList(refusals));
    }

    /** Compares what has been refused with what was announced, and forgets both. */
    void verify() {
        if (server.running()) {
            readLog();
            server.command("ACL", "LOG", "RESET");
        }
        tolerated.removeAll(expected);
        refused.removeAll(tolerated);
        try {
            assertThat(refused).as("refusals in ACL LOG").isEqualTo(expected);
        } finally {
            refused.clear();
            expected.clear();
            tolerated.clear();
        }
    }

    /** Entries are lists of names and values, one a line; the first name is {@code count}. */
    private void readLog() {
        List<String> lines = server.command("ACL", "LOG").lines().toList();
        for (int i = 0; i + 9 < lines.size(); i++) {
            if (lines.get(i).equals("count") && lines.get(i + 2).equals("reason")) {
                refused.add(lines.get(i + 3) + " " + lines.get(i + 7) + " " + lines.get(i + 9));
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try (server) {
                verify();
            }
        }
    }
}
