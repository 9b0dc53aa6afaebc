package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.spi.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StallTest {
    private final Stall stall = new Stall();

    @Test
    void whatIsGivenUpIsForgottenAtOnce() {
        CompletableFuture<Void> kept = publish("kept");
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

    private CompletableFuture<Void> publish(String payload) {
        return stall.publish("topic", Frame.bare(payload.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> endAll() {
        List<String> delivered = new ArrayList<>();
        stall.end((topic, frame) -> delivered.add(new String(frame.payloadBytes(), StandardCharsets.UTF_8)));
        return delivered;
    }
}
