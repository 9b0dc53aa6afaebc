package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That a server which was started is a Redis of one's own, and what is made of its replies. */
@Timeout(60)
class RedisServerTest {
    @Test
    void startedServerIsARecentRedisThatAnswersOnItsPort() {
        try (RedisServer redis = RedisServer.start()) {
            assertThat(redis.running()).isTrue();
            assertThat(redis.uri()).isEqualTo("redis://127.0.0.1:" + redis.port());
            assertThat(redis.command("INFO", "server")).contains("tcp_port:" + redis.port(), "redis_version:7.");
        }
    }

    @Test
    void serversBesideEachOtherHaveTheirOwnPortsAndData() {
        try (RedisServer one = RedisServer.start();
                RedisServer other = RedisServer.start()) {
            one.command("SET", "k", "v");

            assertThat(other.command("GET", "k")).isEqualTo("(nil)");
        }
    }

    @Test
    void failedStartShowsWhatRedisPrinted() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RedisServer.start("--no-such-option", "1"))
                .withMessageContaining("no-such-option")
                .withMessageContaining("Bad directive");
    }

    @Test
    void commandAuthenticatesWithThePasswordTheServerWasStartedWith() {
        try (RedisServer redis = RedisServer.start("--requirepass", "s3cret")) {
            assertThat(redis.command("PING")).isEqualTo("PONG");
            assertThat(redis.uri()).doesNotContain("s3cret");
        }
    }

    @Test
    void repliesAreReadableText() {
        try (RedisServer redis = RedisServer.start()) {
            assertThat(redis.command("SET", "k", "grüß\r\ngott")).isEqualTo("OK");
            assertThat(redis.command("GET", "k")).isEqualTo("grüß\r\ngott");
            assertThat(redis.command("STRLEN", "k")).isEqualTo("12");
            assertThat(redis.command("PUBSUB", "NUMSUB", "a", "b")).isEqualTo("a\n0\nb\n0");
            assertThat(redis.command("EVAL", "return {1,{'two',{}},3}", "0")).isEqualTo("1\ntwo\n3");
            assertThat(redis.command("KEYS", "none")).isEmpty();
        }
    }

    @Test
    void errorReplyIsThrownWithItsTextButWithoutTheArguments() {
        try (RedisServer redis = RedisServer.start()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> redis.command("ACL", "SETUSER", "alice", "nonsense", ">s3cret"))
                    .withMessageContaining("ACL")
                    .withMessageContaining("nonsense")
                    .withMessageNotContaining("s3cret");
            assertThatIllegalArgumentException().isThrownBy(redis::command);
        }
    }
}
