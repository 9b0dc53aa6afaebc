package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
    private final Origins ownOnly = new Origins(Set.of());

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8080,  127.0.0.1:8080",
        "http://localhost:8080,  localhost:8080",
        "http://LocalHost:8080,  localhost:8080",
        "http://chat.example,    chat.example",
        "http://chat.example,    chat.example:80",
        "http://chat.example:80, chat.example",
        "https://chat.example,   chat.example",
        "https://chat.example,   chat.example:443",
        "http://[::1]:8080,      [::1]:8080"
    })
    void aPageOfThisVeryHostAndPortMayConnect(String origin, String host) {
        assertThat(ownOnly.allow(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "null,                            127.0.0.1:8080",
        "'',                              127.0.0.1:8080",
        "http://evil.example,             127.0.0.1:8080",
        "http://127.0.0.1,                127.0.0.1:8080",
        "http://127.0.0.1:8081,           127.0.0.1:8080",
        "http://127.0.0.1:80801,          127.0.0.1:8080",
        "http://localhost:8080,           127.0.0.1:8080",
        "http://127.0.0.1:8080.evil.com,  127.0.0.1:8080",
        "http://127.0.0.1.evil.com:8080,  127.0.0.1:8080",
        "http://evil.com/127.0.0.1:8080,  127.0.0.1:8080",
        "http://127.0.0.1:8080@evil.com,  127.0.0.1:8080",
        "http://127.0.0.1:8080/,          127.0.0.1:8080",
        "http://127.0.0.1:8080 http://a,  127.0.0.1:8080",
        "ftp://127.0.0.1:8080,            127.0.0.1:8080",
        "file://,                         127.0.0.1:8080",
        "chrome-extension://abc,          abc",
        "http://chat.example,             chat.example:443",
        "https://chat.example,            chat.example:80",
        "http://xchat.example,            chat.example",
        "http://chat.example.,            chat.example",
        "http://chat.example,             chat.example/x"
    })
    void anyOtherPageMayNot(String origin, String host) {
        assertThat(ownOnly.allow(origin, host)).isFalse();
    }

    @Test
    void furtherOriginsAreComparedExactly() {
        Origins origins = new Origins(Set.of("https://chat.example"));
        assertThat(origins.allow("https://chat.example", "10.0.0.1:8080")).isTrue();
        assertThat(origins.allow("https://chat.example:443", "10.0.0.1:8080")).isFalse();
        assertThat(origins.allow("https://CHAT.example", "10.0.0.1:8080")).isFalse();
        assertThat(origins.allow("http://chat.example", "10.0.0.1:8080")).isFalse();
        assertThat(origins.allow("http://10.0.0.1:8080", "10.0.0.1:8080")).isTrue();
    }
}
