package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.testkit.RedisServer;
import org.junit.jupiter.api.Test;

class LeastPrivilegeTest {
    /** Without {@code +client|setinfo}, which Redis 7.2 wants and 7.0 does not know. */
    private static final String RULES = "on >secret resetkeys ~b4j:* resetchannels &b4j:* -@all +hello +auth +ping"
            + " +client|setname +client|id +publish +subscribe +unsubscribe +psubscribe +punsubscribe +role";

    @Test
    void aUserWithTheDocumentedRightsIsEnoughAndTheAclLogStaysEmpty() {
        try (RedisServer redis = RedisServer.start()) {
            redis.command(("ACL SETUSER app " + RULES).split(" "));
            try (Transports app = Transports.open("redis://app:secret@127.0.0.1:" + redis.port())) {
                app.subscribed("a", "*");
                app.published("a", "x");
                app.recorder.awaitLines("a|a|x", "*|a|x");
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
                app.recorder.awaitLines("renewed a", "renewed *");
                app.unsubscribe("a");
                app.unsubscribe("*");
                await().atMost(Recorder.GENEROUS)
                        .until(() -> redis.command("PUBSUB", "CHANNELS").isEmpty()
                                && redis.command("PUBSUB", "NUMPAT").equals("0"));
            }
            assertThat(redis.command("ACL", "LOG")).isEmpty();
        }
    }
}
