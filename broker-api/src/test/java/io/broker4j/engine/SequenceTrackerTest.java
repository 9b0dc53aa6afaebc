package io.broker4j.engine;

import static io.broker4j.engine.SequenceTracker.IN_ORDER;
import static io.broker4j.engine.SequenceTracker.STALE;
import static io.broker4j.engine.SequenceTracker.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.spi.Frame;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SequenceTrackerTest {
    private final SequenceTracker tracker = new SequenceTracker(2);

    private long accept(long publisher, String topic, long sequence) {
        return tracker.accept(topic, new Frame.Live(publisher, sequence, false, 0, Map.of(), new byte[0]));
    }

    private long acceptFirst(long publisher, long sequence) {
        return tracker.accept("t", new Frame.Live(publisher, sequence, true, 0, Map.of(), new byte[0]));
    }

    @Test
    void firstNumberIsTheBaseline() {
        assertThat(accept(1, "t", 17)).isEqualTo(IN_ORDER);
        assertThat(accept(1, "t", 18)).isEqualTo(IN_ORDER);
    }

    @Test
    void jumpIsCountedExactly() {
        accept(1, "t", 1);
        assertThat(accept(1, "t", 5)).isEqualTo(3);
    }

    @Test
    void repeatedAndOldNumbersAreStale() {
        accept(1, "t", 5);
        assertThat(accept(1, "t", 5)).isEqualTo(STALE);
        assertThat(accept(1, "t", 4)).isEqualTo(STALE);
        assertThat(accept(1, "t", 6)).isEqualTo(IN_ORDER);
    }

    @Test
    void publishersAndTopicsAreCountedApart() {
        accept(1, "t", 5);
        assertThat(accept(2, "t", 1)).isEqualTo(IN_ORDER);
        assertThat(accept(1, "t", 6)).isEqualTo(IN_ORDER);
        assertThat(accept(2, "t", 2)).isEqualTo(IN_ORDER);
    }

    @Test
    void publisherThatForgotItsNumbersLeavesDoubtButNoRepetition() {
        accept(1, "t", 5);
        assertThat(acceptFirst(1, 9)).isEqualTo(UNKNOWN);
        assertThat(acceptFirst(1, 9)).isEqualTo(STALE);
        assertThat(acceptFirst(2, 1)).isEqualTo(IN_ORDER);
    }

    @Test
    void sourceThatMayHaveBeenForgottenHereLeavesDoubt() {
        accept(1, "t", 5);
        accept(2, "t", 5);
        accept(3, "t", 5);

        assertThat(accept(1, "t", 9)).isEqualTo(UNKNOWN);
        assertThat(acceptFirst(4, 1)).as("it never sent before").isEqualTo(IN_ORDER);
    }

    /** Both have forgotten: whether the frames in between arrived is not known to either. */
    @Test
    void sourceThatMayHaveBeenForgottenOnBothSidesLeavesDoubt() {
        accept(1, "t", 5);
        accept(2, "t", 5);
        accept(3, "t", 5);

        assertThat(acceptFirst(1, 9)).isEqualTo(UNKNOWN);
    }

    @Test
    void barePayloadsHaveNoNumbers() {
        assertThat(tracker.accept("t", Frame.bare(new byte[0]))).isEqualTo(IN_ORDER);
        assertThat(tracker.accept("t", Frame.bare(new byte[0]))).isEqualTo(IN_ORDER);
    }
}
