package io.broker4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocatorTest {

    @ParameterizedTest
    @CsvSource({
        "memory:, memory, '', -1, ''",
        "memory:orders, memory, '', -1, orders",
        "memory:orders?encode=false, memory, '', -1, orders",
        "redis://localhost, redis, localhost, -1, ''",
        "redis://localhost:6380/2, redis, localhost, 6380, 2",
        "redis://my_host:1/, redis, my_host, 1, ''",
        "redis://[::1]:6379, redis, [::1], 6379, ''",
        "'redis-sentinel://a,b', redis-sentinel, 'a,b', -1, ''",
    })
    void takesApartWhatUriCannot(String text, String scheme, String host, int port, String path) {
        Locator locator = Locator.parse(text);

        assertThat(locator.scheme()).isEqualTo(scheme);
        assertThat(locator.host()).isEqualTo(host);
        assertThat(locator.port().orElse(-1)).isEqualTo(port);
        assertThat(locator.path()).isEqualTo(path);
    }

    @Test
    void decodesCredentialsAndNeverShowsThePassword() {
        Locator locator = Locator.parse("redis://al%40ice:p%3A%2Fs%25+@host:6379/0?prefix=x");

        assertThat(locator.user()).isEqualTo("al@ice");
        assertThat(locator.password()).isEqualTo("p:/s%+");
        assertThat(locator).hasToString("redis://al@ice:***@host:6379/0");
        assertThat(Locator.parse("redis:/app:secret@host:1")).hasToString("redis:***@host:1");
        assertThat(Locator.parse("jdbc:redis://a:secret@h")).hasToString("jdbc:***@h");
        assertThat(Locator.parse("redis://user:se/c@ret@host").password()).isEqualTo("se/c@ret");
        assertThat(Locator.parse("redis://:secret@host")).hasToString("redis://:***@host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "redis",
                "://x",
                "redis://h:0",
                "redis://a b",
                "redis://ho\nst:1",
                "redis://h\u202e",
                "memory:a\nb",
                "redis://h:65536",
                "redis://h:http",
                "redis://:secret",
                "redis://u:secret%zz@h",
                "redis://h?a",
                "redis://h?a=1&a=2",
                "redis://h?=1",
                "redis://u:12?secret=x@h",
                "redis://u:6379/secret?x=1@h:1",
                "redis://h?instance=secret@x"
            })
    void refusesWhatIsMalformedWithoutShowingSecrets(String text) {
        assertThatThrownBy(() -> Locator.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("malformed locator '")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "redis, redis",
        "redis://h:70000, redis://h:70000",
        "redis://h:http, redis://h:***",
        "redis://[::1]:http, redis://[::1]:***",
        "redis://:secret, redis://:***",
        "redis://h:1:secret/0?a, redis://h:***/0?a",
        "redis://u:secret%zz@h:1/2, redis://***@h:1/2",
        "redis:/u:secret%zz@h?=1, redis:/***@h?=1",
        "redis://u:6379/secret?x=1@h:1, redis://***@h:1",
        "u@secret@h, ***@h",
        "redis://h?a=1&dbPassword=secret&a=2, redis://h?a=1&dbPassword=***&a=2",
        "redis://h:x\u0007, redis://h:***",
    })
    void showsWhatIsMalformedWithItsSecretsMasked(String text, String shown) {
        assertThatThrownBy(() -> Locator.parse(text)).hasMessageStartingWith("malformed locator '" + shown + "': ");
    }

    @Test
    void aNumberWithoutAHostIsNotShownBecauseItIsProbablyAPassword() {
        assertThat(Locator.parse("redis://:4711/0")).hasToString("redis://:***/0");
    }

    @Test
    void portErrorNamesValueAndRange() {
        assertThatThrownBy(() -> Locator.parse("redis://h:70000"))
                .hasMessageContaining("port 70000")
                .hasMessageContaining("1 to 65535");
    }

    @ParameterizedTest
    @CsvSource({"10ms, 10", "2s, 2000", "1m, 60000"})
    void readsDurations(String text, long millis) {
        assertThat(duration("x:?t=" + text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9ms", "61s", "2", "-1s", "1h", "", "9999999999s"})
    void refusesDurationsOutOfRange(String text) {
        assertThatThrownBy(() -> duration("x:?t=" + text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("t=" + text)
                .hasMessageContaining("from 10ms to 1m");
    }

    private static Duration duration(String locator) {
        return Locator.parse(locator)
                .parameters()
                .duration("t", Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofMinutes(1));
    }

    @Test
    void refusesOtherWordsAndTexts() {
        Locator.Parameters parameters =
                Locator.parse("x:?wire=cooked&prefix=a.b").parameters();

        assertThatThrownBy(() -> parameters.choice("wire", "framed", "framed", "raw"))
                .hasMessageContaining("wire=cooked")
                .hasMessageContaining("framed, raw");
        assertThatThrownBy(() -> parameters.text("prefix", "b4j", "[a-z]*")).hasMessageContaining("prefix=a.b");
    }

    @Test
    void refusesUnknownParametersAndListsTheKnownOnes() {
        Locator.Parameters parameters =
                Locator.parse("redis://u:secret@h?prefx=a").parameters();
        parameters.text("prefix", "b4j", ".*");
        parameters.choice("wire", "framed", "framed", "raw");

        assertThatThrownBy(parameters::rejectUnknown)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'prefx'")
                .hasMessageContaining("known: prefix, wire")
                .hasMessageNotContaining("secret");
    }
}
