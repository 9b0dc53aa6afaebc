package io.broker4j.redis.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Gap.Reason;
import io.broker4j.redis.chaos.Entry.Outcome;
import io.broker4j.redis.chaos.Follower.Calls;
import io.broker4j.redis.chaos.Follower.GapTold;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One planted fault of each kind: of six messages the third was refused, and nobody knows of the fifth. */
class TallyTest {
    private static final Map<Outcome, Set<Long>> PUBLISHED = Map.of(
            Outcome.OK, Set.of(1L, 2L, 4L, 6L),
            Outcome.NOT_SENT, Set.of(3L),
            Outcome.REJECTED, Set.of(),
            Outcome.UNKNOWN, Set.of(5L));
    private static final long NEVER_FLUSHED = 1;
    private static final List<Reason> RESET = List.of(Reason.RESET);

    private static Tally of(Long... numbers) {
        return Tally.of(new Calls(List.of(numbers), List.of()), PUBLISHED, NEVER_FLUSHED);
    }

    /** With a reset after so many messages, of a log that was flushed before message {@code safe}. */
    private static Tally reset(int after, long safe, Long... numbers) {
        return Tally.of(new Calls(List.of(numbers), List.of(new GapTold(Reason.RESET, after))), PUBLISHED, safe);
    }

    @Test
    void whatIsNotKnownToBeInTheLogMayBeReceivedOrNot() {
        assertThat(of(1L, 2L, 4L, 6L)).matches(tally -> tally.isKept(List.of()));
        assertThat(of(1L, 2L, 4L, 5L, 6L)).matches(tally -> tally.isKept(List.of()));
    }

    @Test
    void eachKindOfFaultIsCountedAsThatKindOnly() {
        assertThat(of(1L, 4L, 6L)).isEqualTo(new Tally(3, 0, 1, 0, 0, 0, List.of()));
        assertThat(of(1L, 2L, 4L, 2L, 6L)).isEqualTo(new Tally(5, 0, 0, 1, 0, 0, List.of()));
        assertThat(of(1L, 4L, 2L, 6L)).isEqualTo(new Tally(4, 0, 0, 0, 1, 0, List.of()));
        assertThat(of(1L, 2L, 3L, 4L, 6L)).isEqualTo(new Tally(5, 0, 0, 0, 0, 1, List.of()));
    }

    @Test
    void noneOfTheFaultsIsForgiven() {
        assertThat(List.of(of(1L, 4L, 6L), of(1L, 2L, 4L, 2L, 6L), of(1L, 4L, 2L, 6L), of(1L, 2L, 3L, 4L, 6L)))
                .noneMatch(tally -> tally.isKept(List.of()));
        assertThat(of(1L, 2L, 4L, 6L)).matches(tally -> !tally.isKept(RESET));
        assertThat(reset(2, 4, 1L, 2L, 4L, 6L)).matches(tally -> !tally.isKept(List.of()));
    }

    @Test
    void aResetCoversWhatIsMissingWhereItIsToldAndWasPublishedBeforeTheFlush() {
        assertThat(reset(1, 4, 1L, 4L, 6L)).isEqualTo(new Tally(3, 1, 0, 0, 0, 0, RESET));
        assertThat(reset(2, 4, 1L, 4L, 6L)).isEqualTo(new Tally(3, 0, 1, 0, 0, 0, RESET));
        assertThat(reset(2, 4, 1L, 2L, 6L)).isEqualTo(new Tally(3, 0, 1, 0, 0, 0, RESET));
    }
}
