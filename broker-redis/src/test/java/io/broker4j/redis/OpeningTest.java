package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.Health.Status;
import io.broker4j.UnsupportedException;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Settings;
import io.broker4j.testkit.Direction;
import io.broker4j.testkit.RedisServer;
import io.broker4j.testkit.ScriptedServer;
import io.broker4j.testkit.ScriptedServer.Reply;
import io.broker4j.testkit.TcpProxy;
import io.lettuce.core.RedisURI;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningTest {
    private static RedisServer redis;

    @BeforeAll
    static void startServer() {
        redis = RedisServer.start("--requirepass", "open-sesame");
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    private static String at(String credentials) {
        return "redis://" + credentials + "127.0.0.1:" + redis.port();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://h?prefix=a:b          | prefix=a:b          | [A-Za-z0-9_-]{0,64}",
                "redis://h?wire=plain          | wire=plain          | one of framed, raw",
                "redis://h?connect=later       | connect=later       | one of now, background",
                "redis://h?publishTimeout=2    | publishTimeout=2    | such as 500ms",
                "redis://h?subscribeTimeout=1h | subscribeTimeout=1h | such as 500ms",
                "redis://h?instance=a.b        | instance=a.b        | [A-Za-z0-9_-]{1,64}",
                "redis://h?probe=on            | probe=on            | off or a duration from 100ms to 10m",
                "redis://h?probe=99ms          | probe=99ms          | off or a duration from 100ms to 10m",
                "redis://h?probe=              | probe=              | off or a duration from 100ms to 10m",
                "redis://h?sonde=off           | 'sonde'             | known: publishTimeout, subscribeTimeout, poll, lease, prefix, wire, connect, instance, probe",
                "redis://h:0                   | '0'                 | 1 to 65535",
                "redis://h/zero                | '/zero'             | number from 0",
                "redis://                      | no host             | redis://host:port",
                "redis:                        | no host             | redis://host:port",
                "redis://a,b                   | several hosts       | the address of one server",
                "redis://a:1,b:2/3             | several hosts       | the address of one server",
            })
    void aBadLocatorIsRefusedWithTheValueAndTheAllowedRange(String locator, String value, String allowed) {
        assertThatThrownBy(() -> Engine.open(new RedisTransportProvider(), Locator.parse(locator)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(value)
                .hasMessageContaining(allowed);
    }

    @ParameterizedTest
    @CsvSource({"redis-sentinel://h/master", "redis-cluster://h"})
    void sentinelAndClusterSayNotYet(String locator) {
        assertThatThrownBy(() -> Engine.open(new RedisTransportProvider(), Locator.parse(locator)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("not yet")
                .hasMessageContaining("redis://");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-socket:///run/redis.sock", "redis+socket:///run/redis.sock", "unix:/run/redis.sock"})
    void unixSocketsAreRefusedByName(String locator) {
        assertThatThrownBy(() -> Broker.open(locator))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContainingAll("Unix socket", "redis://localhost:port");
        RedisURI uri = RedisURI.Builder.socket("/run/redis.sock").build();
        assertThatThrownBy(() -> RedisBrokerBuilder.at(uri))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("Unix socket");
    }

    @Test
    void theBuildersTimesAreThoseOfTheLocator() {
        RedisBrokerBuilder builder = RedisBrokerBuilder.at("redis://h")
                .publishTimeout(Duration.ofMillis(11))
                .subscribeTimeout(Duration.ofMillis(12))
                .poll(Duration.ofMillis(13))
                .lease(Duration.ofMillis(14));
        String locator = "redis://h?publishTimeout=11ms&subscribeTimeout=12ms&poll=13ms&lease=14ms";
        assertThat(Settings.from(builder.locator().parameters()))
                .isEqualTo(Settings.from(Locator.parse(locator).parameters()));
    }

    @Test
    void credentialsThatTheServerTakesOpen() {
        Transports.open(at("default:open-sesame@")).close();
        Transports.open(at(":open-sesame@")).close();
    }

    @Test
    void aWrongPasswordIsRefusedInOneLineThatDoesNotShowIt() {
        assertRefusal(at("default:hunter2@"), "WRONGPASS", "percent-encoded");
        assertRefusal(at(":hunter2@"), "WRONGPASS", "percent-encoded");
    }

    @Test
    void aMissingPasswordIsRefusedWithTheRemedy() {
        assertRefusal(at(""), "NOAUTH", "redis://user:password@host");
    }

    @Test
    void aPasswordInTheUsersPlaceIsNotShown() {
        assertThatThrownBy(() -> Transports.open(at("hunter2@")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("user:password@host")
                .satisfies(OpeningTest::showsNoSecret);
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        try (RestrictedRedis gone = RestrictedRedis.start()) {
            gone.kill();
            assertRefusal(gone.uri(), "127.0.0.1:" + gone.port(), "is it running?");
        }
    }

    @Test
    void aServerThatDoesNotAnswerFailsWithinTheConnectTimeout() {
        try (TcpProxy proxy = TcpProxy.to(redis.port())) {
            proxy.stall(Direction.BOTH);
            long begin = System.nanoTime();
            assertRefusal("redis://127.0.0.1:" + proxy.port(), "no answer in time", "firewall");
            assertThat(System.nanoTime() - begin).isLessThan(10_000_000_000L);
        }
    }

    @Test
    void anUnknownHostIsNamed() {
        assertRefusal("redis://no-such-host.invalid", "cannot be resolved", "no-such-host.invalid");
    }

    @Test
    void anOldServerIsRefusedWithItsVersion() {
        try (ScriptedServer old = ScriptedServer.start()) {
            old.on("HELLO", hello -> Reply.of(old.usual(hello).bytes().replace("7.0.15", "6.2.14")));
            assertRefusal(old.uri(), "6.2.14", "at least 7.0");
        }
    }

    @Test
    void aServerWithoutHelloIsRefusedAsTooOld() {
        try (ScriptedServer older = ScriptedServer.start()) {
            older.on("HELLO", Reply.of("-ERR unknown command `HELLO`\r\n"));
            assertRefusal(older.uri(), "before 6.0", "at least 7.0");
        }
    }

    @Test
    void aDatabaseThatTheServerHasNotIsRefused() {
        assertRefusal(at(":open-sesame@") + "/77", "DB index is out of range", "refused");
    }

    @Test
    void tlsToAServerWithoutItIsRefusedWithTheRemedy() {
        assertRefusal("rediss://:hunter2@127.0.0.1:" + redis.port(), "rediss://127.0.0.1", "redis://");
    }

    @Test
    void inTheBackgroundItOpensWithoutAServerAndConnectsOnceThereIsOne() {
        try (RestrictedRedis late = RestrictedRedis.start()) {
            late.kill();
            try (Transports transport = Transports.open(late.uri() + "?connect=background")) {
                assertThat(transport.transport.health().publishing()).isEqualTo(Status.DOWN);
                CompletableFuture<Void> confirmed = transport.subscribe("t");
                await().atMost(Recorder.GENEROUS)
                        .until(() -> transport.transport.health().detail().contains("is it running?"));
                late.restart();
                Transports.get(confirmed);
                transport.awaitLive("t", "t");
                assertThat(transport.recorder.count("renewed t")).isZero();
                assertThat(transport.recorder.events())
                        .extracting(event -> (Object) event.getClass())
                        .containsExactly(BrokerEvent.Disconnected.class, BrokerEvent.Connected.class);
            }
        }
    }

    @Test
    void aServerElsewhereWithoutTlsIsWarnedOfOnceWithoutThePassword() {
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.broker4j");
        logger.addHandler(handler);
        try {
            Transports.open("redis://:hunter2@redis.invalid?connect=background").close();
            Transports.open(redis.uri() + "?connect=background").close();
            Transports.open("rediss://:hunter2@redis.invalid?connect=background")
                    .close();
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(logged)
                .singleElement()
                .asString()
                .contains("redis://redis.invalid:6379", "rediss://")
                .doesNotContain("hunter2");
    }

    @Test
    void theInstanceIsTheNameThatTheServerShows() {
        try (RestrictedRedis restricted = RestrictedRedis.start();
                Transports transport = Transports.open(restricted.uri() + "?instance=shop-7")) {
            transport.subscribed("t");
            assertThat(restricted.command("CLIENT", "LIST"))
                    .containsPattern("(?s)name=broker4j-shop-7.*name=broker4j-shop-7");
        }
    }

    @Test
    void anIpv6HostIsTakenWithoutItsBracketsAndShownWithThem() {
        RedisOptions options = RedisOptions.from(Locator.parse("redis://[::1]:7000/3"));
        assertThat(options.uri().getHost()).isEqualTo("::1");
        assertThat(options.uri().getDatabase()).isEqualTo(3);
        assertThat(options.medium()).isEqualTo("redis://[::1]:7000");
        assertThat(options.isReadableOnTheWay()).isFalse();
    }

    @Test
    void noTextShowsThePassword() {
        RedisOptions options = RedisOptions.from(Locator.parse("redis://user:hunter2@127.0.0.1:1"));
        assertThat(options.toString() + options.uri() + options.medium()).doesNotContain("hunter2");
    }

    private static void assertRefusal(String locator, String... parts) {
        assertThatThrownBy(() -> Transports.open(locator))
                .isInstanceOf(BrokerException.class)
                .hasMessageContainingAll(parts)
                .satisfies(OpeningTest::showsNoSecret)
                .satisfies(refusal -> assertThat(refusal.getMessage().lines()).hasSize(1));
    }

    private static void showsNoSecret(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        assertThat(text.toString()).doesNotContain("hunter2");
    }
}
