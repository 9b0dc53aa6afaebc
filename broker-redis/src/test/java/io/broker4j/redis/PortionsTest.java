package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How portions become smaller and whole again. */
class PortionsTest {
    private final Recorder recorder = new Recorder();
    private final AtomicLong now = new AtomicLong();
    private final Portions portions = new Portions(new Degradation(recorder), now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private long most() {
        return portions.most("t", Portions.WHOLE);
    }

    @Test
    void whatWasCutOffIsNotAskedForUnchanged() {
        long asked = Portions.WHOLE;
        while (!portions.isSingle("t")) {
            portions.cut("t", most(), "closed");
            assertThat(most()).isLessThan(asked);
            asked = most();
        }
        portions.cut("t", most(), "closed");
        assertThat(portions.isSingle("t")).isTrue();
        assertThat(portions.most("other", Portions.WHOLE)).isEqualTo(Portions.WHOLE);
    }

    @Test
    void oneCutIsNotWorthAWordAndTwoAreToldUntilPortionsAreWhole() {
        portions.cut("t", most(), "closed");
        assertThat(recorder.kinds()).isEmpty();
        portions.cut("t", most(), "closed");
        portions.cut("t", most(), "closed");
        assertThat(recorder.kinds()).containsExactly("Degraded");
        long asked = most();
        portions.answered("t");
        assertThat(most()).isEqualTo(asked);
        while (most() < Portions.WHOLE) {
            pass(Duration.ofSeconds(30));
            portions.answered("t");
            assertThat(most()).isGreaterThan(asked);
            asked = most();
        }
        assertThat(recorder.kinds()).containsExactly("Degraded", "Restored");
    }

    /** Hundreds of subscriptions may read one log over one connection. */
    @Test
    void requestsThatOneLostConnectionCutOffCountOnce() {
        List<CompletableFuture<String>> replies = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            CompletableFuture<String> reply = new CompletableFuture<>();
            portions.watch("t", reply);
            replies.add(reply);
        }
        replies.forEach(reply -> reply.completeExceptionally(new CutOffException("closed")));
        assertThat(portions.isSingle("t")).isFalse();
        assertThat(recorder.kinds()).isEmpty();
    }

    /** Each attempt costs a connection. */
    @Test
    void largerOnesAreTriedLessOftenIfTheyAreCutOffAgain() {
        portions.cut("t", most(), "closed");
        long small = most();
        pass(Duration.ofSeconds(30));
        portions.answered("t");
        portions.cut("t", most(), "closed");
        assertThat(most()).isEqualTo(small);
        pass(Duration.ofSeconds(59));
        portions.answered("t");
        assertThat(most()).isEqualTo(small);
    }
}
