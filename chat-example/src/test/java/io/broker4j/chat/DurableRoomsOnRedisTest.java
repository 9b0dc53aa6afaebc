package io.broker4j.chat;

import io.broker4j.testkit.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class DurableRoomsOnRedisTest extends DurableRooms {
    private static RedisServer redis;

    @BeforeAll
    static void begin() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void end() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.command("FLUSHALL");
    }

    @Override
    String locator() {
        return redis.uri();
    }

    @Override
    void forget(String topic) {
        redis.command("DEL", key(topic));
    }

    @Override
    void forgetAllBut(int kept, String topic) {
        redis.command("XTRIM", key(topic), "MAXLEN", String.valueOf(kept));
    }

    private static String key(String topic) {
        return "b4j:" + topic;
    }
}
