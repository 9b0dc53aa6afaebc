package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import io.broker4j.spi.Groups;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is said when the server lacks the group or the script, or refuses a command. */
class RedisGroupRefusalTest extends GroupOverRedis {
    @Test
    void everythingSaysThatTheGroupIsMissing() {
        created(Position.ORIGIN);
        Position a = appended("a").get(0);
        for (List<String> loss : List.of(List.of("FLUSHALL"), List.of("XADD", "b4j:t", "*", "d", "x"))) {
            redis.command(loss.toArray(String[]::new));
            List<CompletableFuture<?>> calls = new ArrayList<>(List.of(
                    groups.claim(ONE, 1, 100),
                    groups.pending(ONE, Position.ORIGIN, 1),
                    groups.ack(ONE, List.of(a)),
                    groups.retry(ONE, a, 2),
                    groups.renew(ONE, List.of(a)),
                    groups.takeOver(ONE, NOW, 1),
                    bury(ONE, a),
                    groups.info("t", "g")));
            for (CompletableFuture<?> call : calls) {
                assertThat(Logs.failure(call)).isInstanceOf(Groups.MissingGroupException.class);
            }
        }
    }

    @Test
    void scriptsThatTheServerHasForgottenAreSentAgain() {
        created(Position.ORIGIN);
        Position a = appended("a").get(0);
        claimed(ONE, 1);
        redis.command("SCRIPT", "FLUSH");
        assertThat(Transports.get(groups.renew(ONE, List.of(a)))).containsExactly(a);
        assertThat(Logs.texts(pending(ONE))).containsExactly("a#1");
    }

    @Test
    void refusalsNameTheKeyAndWhatToAllow() {
        created(Position.ORIGIN);
        appended("a");
        redis.change("-xreadgroup");
        redis.expectRefusals("command xreadgroup app", "command xpending app", "command xinfo|groups app");
        assertThat(Logs.failure(groups.claim(ONE, 1, 100)))
                .hasMessageContaining("NOPERM")
                .hasMessageContaining("ACL SETUSER app ~b4j:* " + ErrorReplies.LOG_RIGHTS);
        redis.change("+xreadgroup", "-xinfo|groups");
        appended("b");
        redis.command("XTRIM", "b4j:t", "MAXLEN", "1"); // or nobody would have to be asked for
        assertThat(Logs.failure(groups.claim(ONE, 1, 100))).hasMessageContaining("ACL SETUSER app ~b4j:* ");
        redis.change("+xinfo|groups", "-xpending");
        assertThat(Logs.failure(groups.takeOver(ONE, NOW, 1))).hasMessageContaining("ACL SETUSER app ~b4j:* ");
        redis.change("+xpending");
        redis.command("SET", "b4j:t", "no stream");
        assertThat(Logs.failure(groups.create("t", "g", Position.ORIGIN, OptionalLong.of(0))))
                .hasMessageContaining("key b4j:t holds no stream");
    }
}
