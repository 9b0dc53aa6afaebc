package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.testkit.RedisServer;
import java.util.List;
import java.util.stream.Stream;

/** A real Redis with the user of the README's ACL lines, who must have been refused nothing at the end. */
record RestrictedRedis(RedisServer server) implements AutoCloseable {
    private static final String START = "ACL SETUSER app ";

    static RestrictedRedis start() {
        boolean knowsSetInfo = knowsSetInfo();
        List<String> user = SamplesTest.text(SamplesTest.ROOT.resolve("README.md"))
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(START))
                .flatMap(line -> Stream.of(line.substring(START.length()).split(" ")))
                .filter(rule -> knowsSetInfo || !rule.equals("+client|setinfo"))
                .toList();
        return new RestrictedRedis(RedisServer.start(
                Stream.concat(Stream.of("--user", "app"), user.stream()).toArray(String[]::new)));
    }

    /** Redis 7.0 does not, and refuses a user that has a right to it. */
    private static boolean knowsSetInfo() {
        try (RedisServer server = RedisServer.start()) {
            return server.command("ACL", "CAT", "connection").contains("client|setinfo");
        }
    }

    String uri() {
        return "redis://app:secret@127.0.0.1:" + server.port();
    }

    @Override
    public void close() {
        try (server) {
            assertThat(server.command("ACL", "LOG")).isEmpty();
        }
    }
}
