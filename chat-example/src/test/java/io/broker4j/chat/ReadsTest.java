package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadsTest {
    private final Reads reads = new Reads();

    @AfterEach
    void close() {
        reads.close();
    }

    @Test
    void aWalkTakesAsManyStepsAsItNeeds() {
        int[] steps = {0};
        assertThat(get(reads.read(() -> ++steps[0] < 50 ? null : "there", () -> true)))
                .isEqualTo("there");
    }

    @Test
    void walksThatDoNotEndDelayNoShortOneAndEndWhenNobodyWantsThem() {
        AtomicBoolean wanted = new AtomicBoolean(true);
        List<CompletableFuture<String>> endless = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            endless.add(reads.read(() -> null, wanted::get));
        }
        assertThat(get(reads.read(() -> "short", () -> true))).isEqualTo("short");
        assertThat(endless).noneMatch(CompletableFuture::isDone);
        wanted.set(false);
        endless.forEach(each -> assertThatThrownBy(() -> get(each)).isInstanceOf(CancellationException.class));
    }

    @Test
    void anErrorReachesWhoeverWaits() {
        CompletableFuture<String> broken = reads.read(
                () -> {
                    throw new StackOverflowError("of this test");
                },
                () -> true);
        assertThatThrownBy(() -> get(broken)).hasCauseInstanceOf(StackOverflowError.class);
    }

    private static <T> T get(CompletableFuture<T> future) {
        return future.orTimeout(ChatClient.PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
