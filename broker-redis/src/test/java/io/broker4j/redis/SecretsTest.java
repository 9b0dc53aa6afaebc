package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.spi.Locator;
import io.lettuce.core.RedisURI;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Collects all that people may come to read, of everything that can go wrong with a password in the locator. Not what Lettuce
 * logs at TRACE, which is every byte that it sends; the README says so.
 */
class SecretsTest {
    private static final String SECRET = "hunter2";
    private static final Logger ROOT = Logger.getLogger("");

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
            seen.add(formatter.format(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private final Level level = ROOT.getLevel();
    private RestrictedRedis redis;

    @BeforeEach
    void collect() {
        redis = RestrictedRedis.start();
        redis.change("resetpass", ">" + SECRET + "/@:%");
        handler.setLevel(Level.ALL);
        ROOT.addHandler(handler);
        ROOT.setLevel(Level.FINE);
    }

    @AfterEach
    void stop() {
        ROOT.setLevel(level);
        ROOT.removeHandler(handler);
        redis.close();
    }

    private String uri(String scheme, String password) {
        return scheme + "://app:" + password + "@127.0.0.1:" + redis.port();
    }

    private void see(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        seen.add(text.toString());
    }

    private void seeRefusal(String locator) {
        try {
            Transports.open(locator).close();
            throw new AssertionError("opened");
        } catch (RuntimeException refused) {
            see(refused);
        }
    }

    @Test
    void noLogNoExceptionNoEventAndNoTextShowsThePassword() {
        String right = uri("redis", SECRET + "%2F%40%3A%25");
        redis.expectRefusals("auth HELLO app", "channel other:t app", "channel other:* app", "command select app");
        seeRefusal(uri("redis", SECRET));
        seeRefusal(uri("rediss", SECRET));
        seeRefusal(right + "/77?prefix=other");
        seeRefusal(right + "?unknown=1");
        seeRefusal(uri("redis", SECRET) + "?prefix=" + "x".repeat(100));
        seeRefusal("redis://" + SECRET + "@127.0.0.1");
        seeRefusal("redis://app:" + SECRET + "%zz@127.0.0.1");
        seeRefusal("redis://app:" + SECRET + "/@127.0.0.1");
        Locator locator = Locator.parse(right);
        RedisOptions options = RedisOptions.from(locator);
        RedisURI lettuces = options.uriNow().join();
        seen.add(locator + " " + options + " " + options.uri() + " " + lettuces + " " + RedisBrokerBuilder.at(right));
        try (Transports transport = Transports.open(right + "?prefix=other")) {
            see(Transports.failure(transport.subscribe("t")));
            see(Transports.failure(transport.subscribe("*")));
            see(Transports.failure(transport.publish("t", "x")));
            redis.change("resetpass", ">other");
            redis.command("CLIENT", "KILL", "USER", "app");
            await().atMost(Recorder.GENEROUS)
                    .until(() -> transport.transport.health().detail().contains("WRONGPASS"));
            see(Transports.failure(transport.publish("t", "x")));
            seen.add(transport.transport + " " + transport.transport.health() + transport.recorder.events());
        }
        assertThat(seen).anyMatch(text -> text.contains("WRONGPASS")).noneMatch(text -> text.contains(SECRET));
    }
}
