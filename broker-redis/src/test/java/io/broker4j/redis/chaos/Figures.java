package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.Checker.Verdict;
import io.broker4j.redis.chaos.Entry.Faulted;
import io.broker4j.redis.chaos.Entry.Gapped;
import io.broker4j.redis.chaos.Entry.Outcome;
import io.broker4j.redis.chaos.Entry.Received;
import io.broker4j.redis.chaos.History.Publication;
import io.broker4j.redis.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run comes to, in one line.
 *
 * @param healMillis sorted: for each fault and lasting subscription, how long after the fault the subscription received what
 *     was published after it; none if the next fault came first
 */
record Figures(
        int faults,
        Map<Outcome, Long> publishes,
        long received,
        long reportedLost,
        long gaps,
        Map<Kind, Long> violations,
        List<Long> healMillis) {

    static final Figures NONE = new Figures(0, Map.of(), 0, 0, 0, Map.of(), List.of());

    static final String HEADINGS = String.format(
            "%-8s %6s %8s %8s %8s %8s %8s %9s %8s %10s %6s %10s %5s %22s  %s",
            "seed",
            "faults",
            "attempts",
            "ok",
            "NOT_SENT",
            "REJECTED",
            "UNKNOWN",
            "received",
            "lost,rep",
            "lost,UNREP",
            "gaps",
            "duplicates",
            "late",
            "heal p50/p95/max ms",
            "verdict");

    static Figures of(History history, Verdict verdict) {
        List<SubscriptionLog> logs = List.copyOf(history.subscriptions());
        return new Figures(
                history.faults().size(),
                history.allPublications().stream()
                        .collect(Collectors.groupingBy(Publication::outcome, Collectors.counting())),
                calls(logs, Received.class),
                verdict.reportedLost(),
                calls(logs, Gapped.class),
                verdict.violations().stream()
                        .collect(Collectors.groupingBy(
                                Violation::kind, () -> new EnumMap<>(Kind.class), Collectors.counting())),
                logs.stream()
                        .filter(SubscriptionLog::lasts)
                        .flatMap(log -> healTimes(history, log).stream())
                        .sorted()
                        .toList());
    }

    private static long calls(List<SubscriptionLog> logs, Class<? extends Entry> kind) {
        return logs.stream()
                .flatMap(log -> log.calls.stream())
                .filter(kind::isInstance)
                .count();
    }

    private static List<Long> healTimes(History history, SubscriptionLog log) {
        List<Long> millis = new ArrayList<>();
        List<Received> received = log.received();
        int from = 0;
        for (int i = 0; i < history.faults().size(); i++) {
            long over = history.faults().get(i).until();
            long next = nextFault(history.faults(), i);
            while (from < received.size() && !publishedAfter(history, received.get(from), over)) {
                from++;
            }
            if (from < received.size() && received.get(from).at() < next) {
                millis.add(TimeUnit.NANOSECONDS.toMillis(received.get(from).at() - over));
            }
        }
        return millis;
    }

    private static long nextFault(List<Faulted> faults, int i) {
        return i + 1 < faults.size() ? faults.get(i + 1).at() : History.NEVER;
    }

    private static boolean publishedAfter(History history, Received received, long time) {
        Publication publication = history.publication(received.message());
        return publication != null && publication.started() > time;
    }

    /** The sum of two runs. */
    Figures plus(Figures other) {
        return new Figures(
                faults + other.faults,
                sum(publishes, other.publishes),
                received + other.received,
                reportedLost + other.reportedLost,
                gaps + other.gaps,
                sum(violations, other.violations),
                Stream.concat(healMillis.stream(), other.healMillis.stream())
                        .sorted()
                        .toList());
    }

    private static <K> Map<K, Long> sum(Map<K, Long> one, Map<K, Long> other) {
        return Stream.concat(one.entrySet().stream(), other.entrySet().stream())
                .collect(Collectors.groupingBy(Map.Entry::getKey, Collectors.summingLong(Map.Entry::getValue)));
    }

    boolean isGreen() {
        return violations.isEmpty();
    }

    /** A line below {@link #HEADINGS}. */
    String line(String title) {
        return String.format(
                Locale.ROOT,
                "%-8s %6d %8d %8d %8d %8d %8d %9d %8d %10d %6d %10d %5d %22s  %s",
                title,
                faults,
                publishes.values().stream().mapToLong(Long::longValue).sum(),
                publishes.getOrDefault(Outcome.OK, 0L),
                publishes.getOrDefault(Outcome.NOT_SENT, 0L),
                publishes.getOrDefault(Outcome.REJECTED, 0L),
                publishes.getOrDefault(Outcome.UNKNOWN, 0L),
                received,
                reportedLost,
                violations.getOrDefault(Kind.LOST, 0L),
                gaps,
                violations.getOrDefault(Kind.TWICE, 0L),
                violations.getOrDefault(Kind.LATE, 0L),
                percentile(50) + "/" + percentile(95) + "/" + percentile(100),
                isGreen() ? "green" : "RED " + violations);
    }

    private long percentile(int percent) {
        int index = (int) Math.ceil(percent / 100.0 * healMillis.size()) - 1;
        return healMillis.isEmpty() ? 0 : healMillis.get(Math.max(0, index));
    }
}
