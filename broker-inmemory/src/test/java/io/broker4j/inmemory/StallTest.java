package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StallTest {
    private final Stall stall = new Stall();

    private final List<String> carriedOut = new ArrayList<>();

    @Test
    void whatIsGivenUpIsForgottenAtOnce() {
        CompletableFuture<String> kept = publish("kept");
        publish("given up").cancel(false);
        assertThat(stall.unanswered()).isEqualTo(1);
        assertThat(endAll()).containsExactly("kept");
        assertThat(stall.unanswered()).isZero();
        assertThat(kept).as("left to the caller, who holds locks").isNotDone();
    }

    @Test
    void theRestIsCarriedOutInOrderAndOnce() {
        publish("1");
        publish("2");
        publish("3");
        assertThat(endAll()).containsExactly("1", "2", "3");
        assertThat(endAll()).isEmpty();
    }

    private CompletableFuture<String> publish(String payload) {
        return stall.hold(() -> {
            carriedOut.add(payload);
            return payload;
        });
    }

    private List<String> endAll() {
        carriedOut.clear();
        stall.end();
        return List.copyOf(carriedOut);
    }
}
