package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishFaultsTest {
    private final PublishFaults faults = new PublishFaults();

    private final List<String> carriedOut = new ArrayList<>();

    @BeforeEach
    void stall() {
        faults.setStalled(true);
    }

    @Test
    void whatIsGivenUpIsForgottenAtOnce() {
        CompletableFuture<String> kept = publish("kept");
        publish("given up").cancel(false);
        assertThat(faults.held()).isEqualTo(1);
        assertThat(resume()).containsExactly("kept");
        assertThat(faults.held()).isZero();
        assertThat(kept).as("left to the caller, who holds locks").isNotDone();
    }

    @Test
    void theRestIsCarriedOutInOrderAndOnce() {
        publish("1");
        publish("2");
        publish("3");
        assertThat(resume()).containsExactly("1", "2", "3");
        assertThat(resume()).isEmpty();
    }

    private CompletableFuture<String> publish(String payload) {
        return faults.carryOut(() -> {
            carriedOut.add(payload);
            return CompletableFuture.completedFuture(payload);
        });
    }

    private List<String> resume() {
        carriedOut.clear();
        faults.setStalled(false).forEach(publish -> publish.get());
        return List.copyOf(carriedOut);
    }
}
