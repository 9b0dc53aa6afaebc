package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextRulesTest {
    private static final String EMOJI = "\uD83D\uDE00";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ada",
                "<img src=x onerror=alert(1)>",
                "__proto__",
                "\u202Egnp.exe",
                "\u200B",
                " ",
                "a\u0301\u0302\u0303 b",
                "\uD83D\uDC69\u200D\uD83D\uDE80"
            })
    void anyOtherTextIsAName(String name) {
        assertThat(TextRules.name(name)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0000", "a\n", "\u007F", "\u0085", "\uD800", "a\uDC00b"})
    void controlCharactersUnpairedSurrogatesAndNothingAreNoName(String name) {
        assertThat(TextRules.name(name)).isEmpty();
        assertThat(TextRules.room(name)).isEmpty();
    }

    @Test
    void twoSpellingsOfOneNameAreOne() {
        assertThat(TextRules.room("Cafe\u0301")).isEqualTo(Optional.of("Caf\u00E9"));
    }

    @Test
    void lengthsCountCodePointsOfTheNormalName() {
        assertThat(TextRules.name(EMOJI.repeat(64))).isPresent();
        assertThat(TextRules.name(EMOJI.repeat(65))).isEmpty();
        assertThat(TextRules.name("e\u0301".repeat(64))).isPresent();
        assertThat(TextRules.room(EMOJI.repeat(128))).isPresent();
        assertThat(TextRules.room("x".repeat(129))).isEmpty();
    }

    @Test
    void textIsAnythingFromOneToTwoThousandCodePoints() {
        assertThat(TextRules.isText("")).isFalse();
        assertThat(TextRules.isText("\u0000")).isTrue();
        assertThat(TextRules.isText(EMOJI.repeat(2_000))).isTrue();
        assertThat(TextRules.isText(EMOJI.repeat(2_000) + "x")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-Z_09", "0123456789012345678901234567890123456789012345678901234567890123"})
    void clientIdsAreShortAndPlain(String cid) {
        assertThat(TextRules.isCid(cid)).isTrue();
        assertThat(TextRules.isCid(cid + " ")).isFalse();
        assertThat(TextRules.isCid(cid + "\n")).isFalse();
        assertThat(TextRules.isCid(cid + "x".repeat(64))).isFalse();
    }
}
