package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.testkit.RedisServer;
import java.util.List;
import java.util.stream.Stream;

/** A real Redis with the user of the README's ACL line, who must have been refused nothing at the end. */
record RestrictedRedis(RedisServer server) implements AutoCloseable {
    private static final String LINE = "ACL SETUSER app on >secret ";

    static RestrictedRedis start() {
        String line = SamplesTest.text(SamplesTest.ROOT.resolve("README.md"))
                .lines()
                .map(String::strip)
                .filter(each -> each.startsWith(LINE))
                .findFirst()
                .orElseThrow();
        String known = line.replace(" +client|setinfo", ""); // to Redis 7.0
        List<String> user = List.of(known.substring("ACL SETUSER ".length()).split(" "));
        return new RestrictedRedis(RedisServer.start(
                Stream.concat(Stream.of("--user"), user.stream()).toArray(String[]::new)));
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
