package io.broker4j.redis.chaos;

import io.broker4j.Gap;
import io.broker4j.redis.chaos.Entry.Outcome;
import io.broker4j.redis.chaos.Follower.Calls;
import io.broker4j.redis.chaos.Follower.GapTold;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one subscriber received, compared with what was published.
 *
 * @param covered how many that were acknowledged were not received, where a gap says so
 * @param missing how many that were acknowledged were not received, and no gap says so
 * @param duplicates how many were received that had been received before
 * @param inversions how many were received after a later one
 * @param unsent how many were received whose publisher was told that nobody will
 */
record Tally(
        long received,
        long covered,
        long missing,
        long duplicates,
        long inversions,
        long unsent,
        List<Gap.Reason> gaps) {
    static final String HEADINGS = String.format(
            "%10s %10s %10s %10s %10s %10s  %s",
            "received", "covered", "missing", "duplicates", "inversions", "unsent", "gaps");

    /**
     * Of one subscriber.
     *
     * @param published the numbers of all messages, by what became of their publishes
     * @param safe from this number on all were published when the log had been flushed for the last time
     */
    static Tally of(Calls calls, Map<Outcome, Set<Long>> published, long safe) {
        Set<Long> distinct = new HashSet<>(calls.numbers());
        Set<Long> missing = new HashSet<>(published.get(Outcome.OK));
        missing.removeAll(distinct);
        long covered = missing.stream()
                .filter(number -> number < safe)
                .filter(number -> calls.gaps().stream().anyMatch(gap -> covers(gap, calls.numbers(), number)))
                .count();
        return new Tally(
                calls.numbers().size(),
                covered,
                missing.size() - covered,
                calls.numbers().size() - distinct.size(),
                inversions(calls.numbers()),
                distinct.stream().filter(number -> isRefused(number, published)).count(),
                calls.gaps().stream().map(GapTold::reason).toList());
    }

    private static boolean isRefused(long number, Map<Outcome, Set<Long>> published) {
        return published.get(Outcome.NOT_SENT).contains(number)
                || published.get(Outcome.REJECTED).contains(number);
    }

    /** Whether a message would have been received where the gap is. */
    private static boolean covers(GapTold gap, List<Long> numbers, long number) {
        long before = gap.after() == 0 ? 0 : numbers.get(gap.after() - 1);
        long next = gap.after() == numbers.size() ? Long.MAX_VALUE : numbers.get(gap.after());
        return before < number && number < next;
    }

    private static long inversions(List<Long> numbers) {
        long newest = 0;
        long inversions = 0;
        Set<Long> seen = new HashSet<>();
        for (long number : numbers) {
            if (seen.add(number) && number < newest) {
                inversions++;
            }
            newest = Math.max(newest, number);
        }
        return inversions;
    }

    boolean isKept(List<Gap.Reason> expectedGaps) {
        return missing == 0 && duplicates == 0 && inversions == 0 && unsent == 0 && gaps.equals(expectedGaps);
    }

    String line() {
        String told = gaps.stream().map(Enum::name).collect(Collectors.joining(" "));
        return String.format(
                "%10d %10d %10d %10d %10d %10d  %s",
                received, covered, missing, duplicates, inversions, unsent, told.isEmpty() ? "none" : told);
    }
}
