package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.broker4j.ClosedException;
import io.broker4j.testkit.Direction;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClosingTest extends BehindProxy {
    @Override
    RestrictedRedis startServer() {
        return RestrictedRedis.start("b4j:p.*", "shared:*");
    }

    private String proxied() {
        return RestrictedRedis.uri(proxy);
    }

    private static Set<Thread> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("broker-redis-")
                        || thread.getName().startsWith("lettuce"))
                .collect(Collectors.toSet());
    }

    /** Ends when all is gone that was not there before; a stalled proxy would not see connections end. */
    private void assertNothingIsLeft(Set<Thread> before) {
        proxy.unstall(Direction.BOTH);
        await().atMost(Recorder.GENEROUS).untilAsserted(() -> {
            assertThat(before).containsAll(ourThreads());
            assertThat(proxy.connections()).isZero();
        });
    }

    @Test
    void closingLeavesNoThreadAndNoConnection() {
        Set<Thread> before = ourThreads();
        Transports transport = Transports.open(proxied());
        transport.subscribed("a", "p.*");
        assertThat(ourThreads()).hasSizeGreaterThan(before.size()).allMatch(Thread::isDaemon);
        transport.close();
        assertNothingIsLeft(before);
    }

    @Test
    void closingWhileTheServerIsMuteEndsInTimeAndLeavesNothing() {
        Set<Thread> before = ourThreads();
        Transports transport = Transports.open(proxied());
        transport.subscribed("a");
        proxy.stall(Direction.BOTH);
        CompletableFuture<Void> waiting = transport.subscribe("b");
        long begin = System.nanoTime();
        transport.close();
        assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(8));
        assertThat(Transports.failure(waiting)).isInstanceOf(ClosedException.class);
        assertThat(Transports.failure(transport.subscribe("c"))).isInstanceOf(ClosedException.class);
        assertNothingIsLeft(before);
    }

    @Test
    void closingWhileTheServerIsAwayEndsInTimeAndLeavesNothing() {
        Set<Thread> before = ourThreads();
        Transports transport = Transports.open(proxied());
        transport.subscribed("a");
        proxy.cut();
        await().atMost(Recorder.GENEROUS)
                .until(() -> !transport.transport.health().isUp());
        transport.close();
        assertNothingIsLeft(before);
    }

    @Test
    void closingWhileAConnectionIsBeingMadeLeavesNothing() {
        Set<Thread> before = ourThreads();
        proxy.stall(Direction.BOTH);
        Transports.open(proxied() + "?connect=background").close();
        assertNothingIsLeft(before);
    }

    @Test
    void aRefusedOpenLeavesNothing() {
        Set<Thread> before = ourThreads();
        redis.expectRefusals("auth HELLO app");
        String wrong = "redis://app:wrong@127.0.0.1:" + proxy.port();
        assertThatThrownBy(() -> Transports.open(wrong)).hasMessageContaining("WRONGPASS");
        assertNothingIsLeft(before);
    }

    @Test
    void aClientThatWasHandedInStaysOpenWithItsOptionsAndOursAreGone() {
        RedisClient client = RedisClient.create(redis.uri());
        try (StatefulRedisConnection<String, String> theirs = client.connect()) {
            Object options = client.getOptions();
            Transports transport = Transports.open(RedisBrokerBuilder.at(proxied())
                    .client(client)
                    .prefix("shared")
                    .rawWire());
            transport.subscribed("a");
            transport.published("a", "x");
            transport.recorder.awaitLines("a|a|x");
            transport.close();
            await().atMost(Recorder.GENEROUS).until(() -> proxy.connections() == 0);
            assertThat(theirs.sync().ping()).isEqualTo("PONG");
            assertThat(client.getOptions()).isSameAs(options);
            client.connect().close();
        } finally {
            client.shutdown();
        }
    }

    @Test
    void connectionsOverHandedInResourcesHealAndDoNotReplay() {
        ClientResources resources = ClientResources.create();
        RedisURI uri = RedisURI.create("127.0.0.1", proxy.port());
        try (Transports transport =
                Transports.open(RedisBrokerBuilder.at(uri).resources(resources).rawWire())) {
            transport.subscribed("a");
            proxy.reset();
            transport.recorder.awaitLines("renewed a");
            transport.awaitLive("a", "a");
        } finally {
            resources.shutdown().awaitUninterruptibly();
        }
    }

    @Test
    void deadLinksAreForgotten() {
        try (Transports transport = Transports.open(proxied())) {
            transport.subscribed("a");
            for (int i = 1; i <= 5; i++) {
                int round = i;
                proxy.reset();
                await().atMost(Recorder.GENEROUS).until(() -> transport.recorder.count("renewed a") == round);
            }
            await().atMost(Recorder.GENEROUS).until(() -> proxy.connections() == 2);
        }
    }
}
