package io.broker4j.redis.chaos;

import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import java.util.EnumMap;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a subscription was told of messages that are numbered from 1 on. Safe for use from any thread. */
final class Account {
    private final Map<Reason, LongSummaryStatistics> gaps = new EnumMap<>(Reason.class);
    private long received;
    private long newest;
    private long notAscending;
    private long unannounced;

    synchronized void message(long number) {
        received++;
        if (number <= newest) {
            notAscending++;
            return;
        }
        newest = number;
        unannounced = Math.max(unannounced, newest - received - announced());
    }

    synchronized void gap(Gap gap) {
        gaps.computeIfAbsent(gap.reason(), first -> new LongSummaryStatistics())
                .accept(gap.count().orElse(0));
    }

    private long announced() {
        return gaps.values().stream().mapToLong(LongSummaryStatistics::getSum).sum();
    }

    synchronized long received() {
        return received;
    }

    /** Messages received and announced as missing. */
    synchronized long accounted() {
        return received + announced();
    }

    /** Whether each of so many was received, once and in order, and no gap was told. */
    synchronized boolean isComplete(long published) {
        return notAscending == 0 && received == published && gaps.isEmpty();
    }

    /**
     * Whether some of so many are missing, overflow was told as the only reason and before whatever came next, and what it
     * counted is exactly what is missing.
     */
    synchronized boolean isExact(long published) {
        return notAscending == 0
                && unannounced == 0
                && received < published
                && announced() == published - received
                && gaps.keySet().equals(Set.of(Reason.OVERFLOW));
    }

    /** A line, if so many were published. */
    synchronized String line(long published) {
        String told = gaps.entrySet().stream()
                .map(gap -> gap.getValue().getCount() + " gaps " + gap.getKey() + " of "
                        + gap.getValue().getSum() + " together")
                .collect(Collectors.joining(", "));
        return published + " published, " + received + " received, " + (notAscending == 0 ? "in order" : "NOT IN ORDER")
                + ", " + (published - received) + " missing, " + (told.isEmpty() ? "no gap" : told);
    }
}
