package io.broker4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class TopicTest {
    @Test
    void isEqualToATopicOfTheSameNameCodecAndRetention() {
        assertThat(Topic.text("a")).isEqualTo(Topic.text("a")).hasSameHashCodeAs(Topic.text("a"));
        assertThat(Topic.json("a", LocalDate.class)).isEqualTo(Topic.json("a", LocalDate.class));
        assertThat(Topic.text("a").durable(Retention.count(1)))
                .isEqualTo(Topic.text("a").durable(Retention.count(1)));
    }

    @Test
    void differsByEachOfThem() {
        assertThat(Topic.text("a"))
                .isNotEqualTo(Topic.text("b"))
                .isNotEqualTo(Topic.bytes("a"))
                .isNotEqualTo(Topic.text("a").durable())
                .isNotEqualTo(Topic.text("a").durable(Retention.count(1)));
        assertThat(Topic.text("a").durable()).isNotEqualTo(Topic.text("a").durable(Retention.count(1)));
        assertThat(Topic.json("a", LocalDate.class)).isNotEqualTo(Topic.json("a", Object.class));
    }
}
