package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
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
        List<Runnable> answers = resume();
        assertThat(carriedOut).containsExactly("kept");
        assertThat(faults.held()).isZero();
        assertThat(kept).as("left to the caller, who holds locks").isNotDone();
        answers.forEach(Runnable::run);
        assertThat(kept).isCompletedWithValue("kept");
    }

    @Test
    void theRestIsCarriedOutInOrderAndOnce() {
        publish("1");
        publish("2");
        publish("3");
        assertThat(resume()).hasSize(3);
        assertThat(carriedOut).containsExactly("1", "2", "3");
        assertThat(resume()).isEmpty();
    }

    private CompletableFuture<String> publish(String payload) {
        return faults.carryOut(() -> {
            carriedOut.add(payload);
            return CompletableFuture.completedFuture(payload);
        });
    }

    /** Returns tasks that complete the answers. */
    private List<Runnable> resume() {
        return faults.setStalled(false).stream().map(Supplier::get).toList();
    }
}
