package io.broker4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    @ParameterizedTest
    @CsvSource({
        "a.b, a.b, true",
        "a.b, a.c, false",
        "a.b, a.b.c, false",
        "a.*, a.b, true",
        "a.*, a.b.c, false",
        "a.*, a, false",
        "*.b, a.b, true",
        "*, a, true",
        "*, a.b, false",
        "a.*.c, a.b.c, true",
        "a.*.c, a.b.d, false",
        "a.>, a.b, true",
        "a.>, a.b.c, true",
        "a.>, a, false",
        "a.>, ab.c, false",
        ">, a, true",
        ">, a.b.c, true",
        "*.>, a.b.c, true",
        "*.>, a, false",
    })
    void matchesSegmentBySegment(String filter, String topic, boolean matches) {
        assertThat(TopicFilter.of(filter).matches(topic)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "A-Z_0.9:/x", "_a", "a.__b", "*", ">", "*.*", "a.*.>"})
    void allows(String name) {
        assertThat(TopicFilter.of(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "__a",
                "a b",
                "ä",
                "a.>.b",
                "a*",
                ">a",
                "a.**",
                "a/*",
                "\uD83D\uDE00"
            })
    void refusesWithTheRule(String name) {
        assertThatThrownBy(() -> TopicFilter.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "'")
                .hasMessageContaining("1-200 characters");
    }

    @Test
    void aRefusalShowsWhatCannotBePrinted() {
        assertThatThrownBy(() -> TopicFilter.of("a\n\u001b[31m\u202e\uDB40\uDC41\uD800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a\\u000a\\u001b[31m\\u202e\\udb40\\udc41\\ud800'");
    }

    @Test
    void bounds() {
        assertThat(TopicFilter.of("a".repeat(200)).name()).hasSize(200);
        assertThatThrownBy(() -> TopicFilter.of("a".repeat(201))).hasMessageContaining("…");
    }
}
