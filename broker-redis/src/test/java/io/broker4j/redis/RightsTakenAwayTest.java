package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Health;
import io.broker4j.Health.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a running broker makes of rights that an administrator takes from its user, and gives back. */
class RightsTakenAwayTest {
    private static final Duration TWO_PROBES = Duration.ofSeconds(8);
    private static final Duration SLACK = Duration.ofSeconds(2);

    private RestrictedRedis redis;
    private Transports transport;

    @BeforeEach
    void open() {
        redis = RestrictedRedis.start("b4j:p.*");
        transport = open("300ms");
    }

    private Transports open(String probe) {
        Transports opened = Transports.open(redis.uri() + "?instance=shop&probe=" + probe);
        opened.subscribed("a", "p.*");
        return opened;
    }

    @AfterEach
    void close() {
        transport.close();
        redis.close();
    }

    private Health health() {
        return transport.transport.health();
    }

    private void awaitDown(String... reasons) {
        await().atMost(Recorder.GENEROUS).untilAsserted(() -> {
            assertThat(health().isUp()).isFalse();
            assertThat(health().detail()).contains(reasons);
        });
    }

    private void assertHealsWithOneGap() {
        transport.recorder.awaitLines("renewed a", "renewed p.*");
        transport.awaitLive("a", "a");
        transport.awaitLive("p.*", "p.x");
        await().atMost(Recorder.GENEROUS).until(() -> health().isUp());
        assertThat(transport.recorder.count("renewed a")).isEqualTo(1);
        assertThat(transport.recorder.count("renewed p.*")).isEqualTo(1);
    }

    /** The server itself ends connections that are subscribed to what is no longer allowed. */
    @Test
    void channelsThatAreNoLongerAllowedAreNamedAndHeal() {
        redis.expectRefusals("channel b4j:a app", "channel b4j:p.* app", "channel b4j:__probe:shop app");
        redis.change("resetchannels");
        awaitDown("ACL SETUSER app +");
        assertThat(health().receiving()).isEqualTo(Status.DOWN);
        assertThat(transport.recorder.kinds()).contains("Degraded");
        redis.change("&b4j:*", "&b4j:p.*");
        assertHealsWithOneGap();
        await().atMost(Recorder.GENEROUS)
                .untilAsserted(() -> assertThat(transport.recorder.kinds()).endsWith("Restored"));
    }

    /** Redis lets connections that exist go on: what has been taken away is missed by the next one. */
    @ParameterizedTest
    @CsvSource({
        "-subscribe,        +subscribe,         ACL SETUSER app +subscribe &b4j:*, command subscribe app",
        "-psubscribe,       +psubscribe,        ACL SETUSER app +psubscribe &b4j:p.*, command psubscribe app",
        "off,               on,                 WRONGPASS, auth HELLO app",
        "resetpass >other,  resetpass >secret,  WRONGPASS, auth HELLO app",
    })
    void whatTheNextConnectionMissesIsNamedAndHeals(String taken, String given, String named, String refusal) {
        redis.expectRefusals(refusal);
        redis.change(taken.split(" "));
        transport.awaitLive("a", "a");
        redis.command("CLIENT", "KILL", "USER", "app");
        awaitDown(named);
        redis.change(given.split(" "));
        assertHealsWithOneGap();
    }

    @Test
    void aUserThatIsDeletedIsMissedAtOnceAndHealsWhenMadeAgain() {
        redis.expectRefusals("auth HELLO app");
        redis.command("ACL", "DELUSER", "app");
        awaitDown("WRONGPASS");
        List<String> rules = new ArrayList<>(ReadmeUser.rules());
        rules.add("&b4j:p.*");
        redis.change(rules.toArray(String[]::new));
        assertHealsWithOneGap();
    }

    /** Nobody publishes: only the probe can notice. */
    @Test
    void whatOnlyTheProbeMissesIsNamedAndHealsWithoutAGap() {
        awaitUp();
        redis.expectRefusals("command publish app");
        redis.change("-publish");
        awaitDown("ACL SETUSER app +publish &b4j:*");
        redis.change("+publish");
        awaitUp();
        assertThat(transport.recorder.lines()).isEmpty();
        await().atMost(Recorder.GENEROUS)
                .untilAsserted(() ->
                        assertThat(transport.recorder.kinds()).containsExactly("Connected", "Degraded", "Restored"));
    }

    private void awaitUp() {
        await().atMost(Recorder.GENEROUS).until(() -> health().receiving() == Status.UP);
    }

    @Test
    void atTheDefaultIntervalItTakesTwoProbesAtMost() {
        transport.close();
        transport = open("3s");
        redis.expectRefusals("command publish app");
        redis.change("-publish");
        await().atMost(TWO_PROBES.plus(SLACK)).until(() -> !health().isUp());
    }
}
