package io.broker4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageTest {
    @Test
    void isPlainUnlessToldOtherwise() {
        Message<String> message = Message.of("t", "x");

        assertThat(message.topic()).isEqualTo("t");
        assertThat(message.payload()).isEqualTo("x");
        assertThat(message.headers()).isEmpty();
        assertThat(message.id()).isNotEmpty();
        assertThat(message.publishedAt()).isEqualTo(Instant.EPOCH);
        assertThat(message.position()).isEmpty();
        assertThat(message.attempt()).isEqualTo(1);
    }

    @Test
    void hasAllThatItIsGiven() {
        Map<String, String> headers = new HashMap<>(Map.of("trace", "4711"));
        Message<String> message = Message.builder("t", "x")
                .headers(headers)
                .id("id")
                .publishedAt(Instant.ofEpochMilli(1))
                .position(Position.of(2, 3))
                .attempt(4)
                .build();
        headers.clear();

        assertThat(message.headers()).containsExactly(Map.entry("trace", "4711"));
        assertThat(message.id()).isEqualTo("id");
        assertThat(message.publishedAt()).isEqualTo(Instant.ofEpochMilli(1));
        assertThat(message.position()).contains(Position.of(2, 3));
        assertThat(message.attempt()).isEqualTo(4);
    }
}
