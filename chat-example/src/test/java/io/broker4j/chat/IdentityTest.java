package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdentityTest {

    @Test
    void anIdIsTheStartOfTheHashOfTheKeysBytes() {
        // printf '\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17' | sha256sum
        String key = "000102030405060708090a0b0c0d0e0f";
        assertThat(Identity.of("Ada", Optional.of(key)).id()).isEqualTo("be45cb2605bf36be");
    }

    @Test
    void withoutAKeyEverybodyIsSomebodyElse() {
        assertThat(Identity.of("Ada", Optional.empty()).id())
                .matches("[0-9a-f]{16}")
                .isNotEqualTo(Identity.of("Ada", Optional.empty()).id());
    }

    @Test
    void aKeyIsThirtyTwoLowerCaseHexDigits() {
        assertThat(Identity.isKey("0123456789abcdef0123456789abcdef")).isTrue();
        assertThat(Identity.isKey("0123456789ABCDEF0123456789ABCDEF")).isFalse();
        assertThat(Identity.isKey("0123456789abcdef0123456789abcde")).isFalse();
        assertThat(Identity.isKey("0123456789abcdef0123456789abcdefa")).isFalse();
    }
}
