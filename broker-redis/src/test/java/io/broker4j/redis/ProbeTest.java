package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.testkit.Direction;
import io.broker4j.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Connected is not delivering (C2, C3): what the probe finds, and what is done about it. */
class ProbeTest extends BehindProxy {
    @Override
    RestrictedRedis startServer() {
        return RestrictedRedis.start("b4j:p.*");
    }

    private Transports proxied(String probe) {
        return Transports.open(RestrictedRedis.uri(proxy) + "?probe=" + probe);
    }

    private static void awaitHealth(Transports of, Status publishing, Status receiving) {
        await().atMost(Recorder.GENEROUS)
                .untilAsserted(() -> assertThat(of.transport.health())
                        .extracting(Health::publishing, Health::receiving)
                        .containsExactly(publishing, receiving));
    }

    @Test
    void aServerThatIsStoppedIsFoundByTwoMissesAndLeftBehindWithOneGap() {
        try (Transports transport = proxied("300ms")) {
            transport.subscribed("a", "p.*");
            awaitHealth(transport, Status.UP, Status.UP);
            redis.pause();
            await().atMost(Recorder.GENEROUS)
                    .until(() -> transport.recorder.events().stream()
                            .anyMatch(event -> event instanceof BrokerEvent.Disconnected));
            assertThat(transport.transport.health().isUp()).isFalse();
            redis.resume();
            awaitHealth(transport, Status.UP, Status.UP);
            assertThat(transport.recorder.lines()).containsExactlyInAnyOrder("renewed a", "renewed p.*");
            await().atMost(Recorder.GENEROUS)
                    .untilAsserted(() -> assertThat(transport.recorder.kinds())
                            .containsExactly("Connected", "Degraded", "Disconnected", "Connected", "Restored"));
        }
    }

    @Test
    void oneMissIsDegradedAndCostsNoConnection() {
        try (Transports transport = proxied("2s")) {
            transport.subscribed("a");
            awaitHealth(transport, Status.UP, Status.UP);
            proxy.stall(Direction.TO_CLIENT);
            awaitHealth(transport, Status.DOWN, Status.DOWN);
            proxy.unstall(Direction.TO_CLIENT);
            awaitHealth(transport, Status.UP, Status.UP);
            assertThat(transport.recorder.lines()).isEmpty();
            await().atMost(Recorder.GENEROUS)
                    .untilAsserted(() -> assertThat(transport.recorder.kinds())
                            .containsExactly("Connected", "Degraded", "Restored"));
        }
    }

    @Test
    void answersThatAreLateAreMissesButCostNoConnection() {
        try (Transports transport = proxied("900ms")) {
            transport.subscribed("a");
            awaitHealth(transport, Status.UP, Status.UP);
            proxy.delay(Direction.TO_CLIENT, Duration.ofMillis(700));
            awaitHealth(transport, Status.DOWN, Status.DOWN);
            long probes = probes();
            await().atMost(Recorder.GENEROUS).until(() -> probes() > probes + 6);
            proxy.delay(Direction.TO_CLIENT, Duration.ZERO);
            awaitHealth(transport, Status.UP, Status.UP);
            assertThat(transport.recorder.kinds()).doesNotContain("Disconnected");
            assertThat(transport.recorder.lines()).isEmpty();
        }
    }

    private long probes() {
        Matcher calls =
                Pattern.compile("cmdstat_publish:calls=([0-9]+)").matcher(redis.command("INFO", "commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Test
    void aServerThatIsStoppedIsFoundWithoutProbeByTheIdleConnections() {
        try (Transports transport = proxied("off")) {
            transport.subscribed("a");
            assertThat(transport.transport.health().receiving()).isEqualTo(Status.UNVERIFIED);
            proxy.stall(Direction.TO_CLIENT);
            awaitHealth(transport, Status.DOWN, Status.DOWN);
            assertThat(transport.transport.health().detail()).contains("no answer to PING within 2 s");
            proxy.unstall(Direction.TO_CLIENT);
            transport.awaitLive("a", "a");
            assertThat(transport.recorder.count("renewed a")).isEqualTo(1);
        }
    }

    /** Many, because it was a race: a reply that came at once was taken for one of before the question. */
    @Test
    void idleConnectionsThatAnswerAreKept() {
        List<Transports> idle = Stream.generate(() -> proxied("off")).limit(20).toList();
        redis.command("CONFIG", "RESETSTAT");
        await().atMost(Recorder.GENEROUS)
                .until(() -> redis.command("INFO", "commandstats").contains("cmdstat_ping:calls=40,"));
        idle.forEach(Transports::close);
        assertThat(idle).allSatisfy(each -> assertThat(each.recorder.kinds()).containsExactly("Connected"));
    }

    @Test
    void whatIsPublishedToTheProbesChannelByOthersReachesNobody() {
        try (Transports transport = Transports.open(redis.uri() + "?probe=300ms&instance=one")) {
            transport.subscribed(">");
            awaitHealth(transport, Status.UP, Status.UP);
            redis.command("PUBLISH", "b4j:__probe:one", "not a probe");
            transport.published("a", "end");
            transport.recorder.awaitLines(">|a|end");
            assertThat(transport.recorder.lines()).containsExactly(">|a|end");
        }
    }

    @Test
    void aReplicaIsRefused() {
        try (RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1 " + redis.port())) {
            assertThatThrownBy(() -> Transports.open(replica.uri()))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining(replica.uri() + " is a replica")
                    .hasMessageContaining("give the master's address");
        }
    }

    @Test
    void aServerThatBecomesAReplicaIsLeftUntilItIsAMasterAgain() {
        try (RedisServer other = RedisServer.start();
                Transports transport = Transports.open(redis.uri() + "?probe=300ms")) {
            transport.subscribed("a");
            awaitHealth(transport, Status.UP, Status.UP);
            redis.command("REPLICAOF", "127.0.0.1", Integer.toString(other.port()));
            awaitHealth(transport, Status.DOWN, Status.DOWN);
            await().atMost(Recorder.GENEROUS)
                    .until(() -> transport.transport.health().detail().contains("is a replica"));
            redis.command("REPLICAOF", "NO", "ONE");
            awaitHealth(transport, Status.UP, Status.UP);
            assertThat(transport.recorder.lines()).containsExactly("renewed a");
        }
    }
}
