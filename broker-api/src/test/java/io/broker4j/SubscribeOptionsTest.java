package io.broker4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscribeOptionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"g", "billing-2", "_a:b/c"})
    void allowsTheNameOfAGroup(String name) {
        assertThat(SubscribeOptions.DEFAULTS.withGroup(name).group()).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "a b", "*", ">", "__g", "ä"})
    void refusesTheNameOfAGroupWithTheRule(String name) {
        assertThatThrownBy(() -> SubscribeOptions.DEFAULTS.withGroup(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("group '" + name + "', must be 1–64 characters of A-Z a-z 0-9 _ : / -")
                .hasMessageNotContaining("topic");
    }

    @Test
    void aRefusalShowsNothingThatCannotBePrinted() {
        assertThatThrownBy(() -> SubscribeOptions.DEFAULTS.withGroup("g\n\u001b[31m"))
                .hasMessageStartingWith("group 'g??[31m', must be");
    }

    @Test
    void refusesALongNameOfAGroup() {
        assertThat(SubscribeOptions.DEFAULTS.withGroup("g".repeat(64)).group()).isPresent();
        assertThatThrownBy(() -> SubscribeOptions.DEFAULTS.withGroup("g".repeat(65)))
                .hasMessageContaining("1–64 characters");
    }

    @Test
    void isEqualIfAllOptionsAre() {
        SubscribeOptions group = SubscribeOptions.DEFAULTS.withGroup("g").withMaxMessages(7);
        assertThat(group)
                .isEqualTo(SubscribeOptions.DEFAULTS.withMaxMessages(7).withGroup("g"))
                .hasSameHashCodeAs(SubscribeOptions.DEFAULTS.withMaxMessages(7).withGroup("g"))
                .isNotEqualTo(SubscribeOptions.DEFAULTS.withGroup("g"))
                .isNotEqualTo(group.inline());
        assertThat(group.toString()).contains("7", "g");
    }
}
