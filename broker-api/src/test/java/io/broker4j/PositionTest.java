package io.broker4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

    @ParameterizedTest
    @ValueSource(strings = {"0-0", "1526919030474-55", "18446744073709551615-18446744073709551615"})
    void isReadBackFromItsText(String text) {
        assertThat(Position.parse(text)).hasToString(text).isEqualTo(Position.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "1", "1-", "-1", "1--1", "+1-1x", "1-2-3", "18446744073709551616-0", "a-b"})
    void rejectsOtherText(String text) {
        assertThatThrownBy(() -> Position.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void showsTheBeginningOfALongText() {
        assertThatThrownBy(() -> Position.parse("7".repeat(5_000) + "-0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + "7".repeat(41) + "…'");
    }

    /** Otherwise equal positions could have unequal texts. */
    @ParameterizedTest
    @ValueSource(strings = {"+7-0", "7-+0", "007-0", "7-00", "\u0667-0", "7-\uFF10", " 7-0", "7-0\n"})
    void hasOneTextOnly(String text) {
        assertThatThrownBy(() -> Position.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text.replace('\n', '?') + "'");
    }

    @Test
    void isOrderedByUnsignedNumbers() {
        assertThat(Position.of(1, 0).isAfter(Position.of(0, 9))).isTrue();
        assertThat(Position.of(1, 10).isAfter(Position.of(1, 9))).isTrue();
        assertThat(Position.of(-1, -1).isAfter(Position.of(1, 1))).isTrue();
        assertThat(Position.of(1, 1).isAfter(Position.of(1, 1))).isFalse();
        assertThat(Position.of(0, 1).isAfter(Position.ORIGIN)).isTrue();
    }

    /** It may come from a client, and the message may be logged. */
    @Test
    void aMalformedPositionIsShownInOneLine() {
        assertThatThrownBy(() -> Position.parse("1\nSEVERE: forged"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("position '1?SEVERE: forged'");
    }
}
