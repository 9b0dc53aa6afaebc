package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** For what another thread is about to do. */
final class Eventually {
    private Eventually() {}

    static <T> void equal(T expected, Callable<T> actual) {
        await().atMost(Duration.ofSeconds(ChatClient.PATIENCE_SECONDS))
                .untilAsserted(() -> assertThat(actual.call()).isEqualTo(expected));
    }
}
