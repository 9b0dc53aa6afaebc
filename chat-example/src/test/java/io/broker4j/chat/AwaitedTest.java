package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AwaitedTest {
    private final Awaited awaited = new Awaited();

    @Test
    void whoeverWaitsIsDueWhenItsPlaceHasBeenReadOrPassed() {
        CompletableFuture<Void> third = awaited.add(Position.of(3, 0));
        CompletableFuture<Void> first = awaited.add(Position.of(1, 0));
        CompletableFuture<Void> second = awaited.add(Position.of(2, 0));
        assertThat(awaited.upTo(Position.of(0, 9))).isEmpty();
        assertThat(awaited.upTo(Position.of(2, 0))).containsExactly(first, second);
        assertThat(awaited.upTo(Position.of(2, 0))).isEmpty();
        assertThat(awaited.upTo(Position.of(9, 0))).containsExactly(third);
    }

    @Test
    void whoeverHasGivenUpIsForgotten() {
        awaited.add(Position.of(1, 0)).complete(null);
        CompletableFuture<Void> patient = awaited.add(Position.of(2, 0));
        assertThat(awaited.all()).containsExactly(patient);
        assertThat(awaited.all()).isEmpty();
    }
}
