package io.broker4j.redis.chaos;

import io.broker4j.Gap;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.redis.chaos.Entry.Outcome;
import io.broker4j.redis.chaos.Entry.Published;
import io.broker4j.redis.chaos.Entry.Publishing;
import io.broker4j.redis.chaos.Entry.Received;
import io.broker4j.redis.chaos.Entry.Subscribed;
import io.broker4j.redis.chaos.History.Publication;
import io.broker4j.redis.chaos.MessageId.Source;
import io.broker4j.redis.chaos.Violation.Kind;
import io.broker4j.spi.TopicFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Compares a history with the promises. A pure function: one history always has the same verdict. */
final class Checker {
    static final long PUBLISH_LIMIT = TimeUnit.SECONDS.toNanos(2 + 1);
    static final long SUBSCRIBE_LIMIT = TimeUnit.SECONDS.toNanos(5 + 1);
    static final long HEAL_LIMIT = TimeUnit.SECONDS.toNanos(10);
    /** What processes that share few cores, and the network, may take between the end of a publish and its receipt. */
    static final long LATE_ALLOWANCE = TimeUnit.SECONDS.toNanos(2);

    /** How many calls before and after a message show whether others are in time. */
    private static final int LOOKED_AT = 500;

    /** How many calls before and after the place of a violation are shown. */
    private static final int NEIGHBOURS = 3;

    /**
     * What was found.
     *
     * @param reportedLost how many messages a subscription missed and was told so in their place
     */
    record Verdict(List<Violation> violations, long reportedLost) {
        long count(Kind kind) {
            return violations.stream()
                    .filter(violation -> violation.kind() == kind)
                    .count();
        }
    }

    private final History history;
    private final List<Violation> violations = new ArrayList<>();
    private long reportedLost;

    private Checker(History history) {
        this.history = history;
    }

    static Verdict check(History history) {
        Checker checker = new Checker(history);
        history.subscriptions().forEach(checker::checkSubscription);
        checker.checkPublishes();
        checker.checkHealing();
        checker.checkLeft();
        history.again()
                .forEach(again -> checker.found(
                        Kind.RESENT, again.process() + " was sent a frame on " + again.topic() + " again", again));
        return new Verdict(List.copyOf(checker.violations), checker.reportedLost);
    }

    private void checkSubscription(SubscriptionLog log) {
        if (isOverdue(log.process(), log.asked.at(), log.answered, SUBSCRIBE_LIMIT)) {
            found(
                    Kind.OVERDUE,
                    "subscribe of " + log.name() + " completed " + after(log.asked.at(), log.answered),
                    log.asked);
        }
        Map<Source, NavigableMap<Long, Integer>> places = new HashMap<>();
        for (int place = 0; place < log.calls.size(); place++) {
            if (log.calls.get(place) instanceof Received received) {
                checkReceived(log, received, place, places);
            }
        }
        history.sources().stream()
                .filter(source -> TopicFilter.of(log.asked.filter()).matches(source.topic()))
                .forEach(source -> checkMissing(log, source, places.getOrDefault(source, new TreeMap<>())));
    }

    private void checkReceived(
            SubscriptionLog log, Received received, int place, Map<Source, NavigableMap<Long, Integer>> places) {
        MessageId id = received.message();
        Publication publication = history.publication(id);
        if (publication == null || publication.outcome().isUnpublished()) {
            String outcome = publication == null ? "was never published" : "was " + publication.outcome();
            found(Kind.NEVER_SENT, log.name() + " received " + id + ", which " + outcome, log, place, id);
        } else if (isLate(received.at() - latest(publication.ended()) - log.lag, log, place)) {
            String late = after(publication.ended(), received.at());
            found(Kind.LATE, log.name() + " received " + id + " " + late + " its publish had ended", log, place, id);
        }
        NavigableMap<Long, Integer> earlier = places.computeIfAbsent(id.source(), source -> new TreeMap<>());
        if (earlier.containsKey(id.number())) {
            found(Kind.TWICE, log.name() + " received " + id + " again", log, place, id);
        } else if (!earlier.isEmpty() && earlier.lastKey() > id.number()) {
            found(Kind.DISORDER, log.name() + " received " + id + " after " + earlier.lastKey(), log, place, id);
        } else {
            earlier.put(id.number(), place);
        }
    }

    /** The latest time at which a message may come whose publish ended at some time: faults may hold it back. */
    private long latest(long ended) {
        long latest = ended == History.NEVER ? ended - 2 * LATE_ALLOWANCE : ended;
        for (History.Hold hold : history.holds()) {
            if (hold.from() <= latest + LATE_ALLOWANCE) {
                latest = Math.max(latest, hold.until());
            }
        }
        return latest + LATE_ALLOWANCE;
    }

    private boolean isLate(long late, SubscriptionLog log, int place) {
        return late > 0 && late > behind(log, place);
    }

    /**
     * How far behind its publishers a subscription is at a place: by as much as the newest of what it receives about then.
     * A message is late among others that are in time.
     */
    private long behind(SubscriptionLog log, int place) {
        Entry here = log.calls.get(place);
        return log.calls.subList(Math.max(0, place - LOOKED_AT), Math.min(log.calls.size(), place + LOOKED_AT)).stream()
                .filter(call -> call != here && Math.abs(call.at() - here.at()) < LATE_ALLOWANCE / 2)
                .filter(Received.class::isInstance)
                .map(Received.class::cast)
                .mapToLong(received -> received.at() - ended(received))
                .min()
                .orElse(0);
    }

    private long ended(Received received) {
        Publication publication = history.publication(received.message());
        return publication == null ? received.at() : publication.ended();
    }

    private void checkMissing(SubscriptionLog log, Source source, NavigableMap<Long, Integer> places) {
        int[] anyBefore = log.gapBefore(Gap.Reason.values());
        int[] overflowBefore = log.gapBefore(Gap.Reason.OVERFLOW);
        for (Publication publication : history.publications(source).values()) {
            long number = publication.id().number();
            boolean due = publication.outcome() == Outcome.OK && publication.started() > log.live;
            if (!due || places.containsKey(number)) {
                continue;
            }
            Map.Entry<Long, Integer> before = places.lowerEntry(number);
            Map.Entry<Long, Integer> after = places.higherEntry(number);
            int from = before == null ? 0 : before.getValue() + 1;
            int to = after == null ? log.calls.size() : after.getValue();
            if (isAbout(publication, log, from, anyBefore[to])
                    // What is refused later in the same episode is counted in the gap where it began.
                    || log.asked.overflow() == Overflow.DROP_NEWEST
                            && isAbout(publication, log, 0, overflowBefore[to])) {
                reportedLost++;
            } else if (after != null || log.lasts()) {
                String where = after == null ? "" : ", told nothing before it received " + after.getKey();
                found(Kind.LOST, log.name() + " missed " + publication.id() + where, log, to, publication.id());
            }
        }
    }

    /** Whether there is a gap at or after a place, told since the message was published: earlier ones are about others. */
    private static boolean isAbout(Publication publication, SubscriptionLog log, int from, int gap) {
        return gap >= from && log.calls.get(gap).at() >= publication.started();
    }

    private void checkPublishes() {
        for (Publication publication : history.allPublications()) {
            if (isOverdue(publication.id().publisher(), publication.started(), publication.ended(), PUBLISH_LIMIT)) {
                String how = after(publication.started(), publication.ended());
                violations.add(new Violation(
                        Kind.OVERDUE,
                        "publish of " + publication.id() + " completed " + how,
                        publish(publication.id())));
            }
        }
    }

    /** The time in which the process did not run does not count. */
    private boolean isOverdue(String process, long started, long ended, long limit) {
        return ended == History.NEVER
                || ended - started > limit && ended - started - history.stuck(process, started, ended) > limit;
    }

    private void checkHealing() {
        long healed = history.healed();
        if (healed == History.NEVER) {
            return;
        }
        for (SubscriptionLog log : history.subscriptions()) {
            long heard = log.received().stream()
                    .filter(received -> startedAfter(healed, received.message()))
                    .mapToLong(Received::at)
                    .min()
                    .orElse(History.NEVER);
            if (log.lasts() && isOverdue(log.process(), healed, heard, HEAL_LIMIT)) {
                found(Kind.DEAF, log.name() + " was live again " + after(healed, heard), log, log.calls.size(), null);
            }
        }
        Set<String> publishers =
                history.sources().stream().map(Source::publisher).collect(Collectors.toSet());
        Set<String> publishing = history.allPublications().stream()
                .filter(publication -> publication.outcome() == Outcome.OK
                        && publication.started() > healed
                        && publication.ended() - healed <= HEAL_LIMIT)
                .map(publication -> publication.id().publisher())
                .collect(Collectors.toSet());
        publishers.stream()
                .filter(publisher -> !publishing.contains(publisher))
                .forEach(mute -> found(Kind.MUTE, mute + " published nothing within 10 s of the last fault"));
    }

    private boolean startedAfter(long time, MessageId id) {
        Publication publication = history.publication(id);
        return publication != null && publication.started() > time;
    }

    private void checkLeft() {
        history.left().stream()
                .filter(left -> left.after() > left.before() + left.allowance())
                .forEach(left -> found(
                        Kind.LEFTOVER,
                        left.process() + " has " + left.after() + " " + left.what() + ", had " + left.before(),
                        left));
    }

    private void found(Kind kind, String what, Entry... evidence) {
        violations.add(new Violation(kind, what, List.of(evidence)));
    }

    /** With the calls around a place, what became of a publish, and the faults before. */
    private void found(Kind kind, String what, SubscriptionLog log, int place, MessageId id) {
        Set<Entry> evidence = new HashSet<>(
                log.calls.subList(Math.max(0, place - NEIGHBOURS), Math.min(log.calls.size(), place + NEIGHBOURS)));
        evidence.add(new Subscribed(log.live, log.name(), log.lag));
        if (id != null) {
            evidence.addAll(publish(id));
        }
        long until = place < log.calls.size() ? log.calls.get(place).at() : history.healed();
        history.faults().stream()
                .filter(fault -> fault.at() < until && fault.until() > until - HEAL_LIMIT)
                .forEach(evidence::add);
        violations.add(new Violation(
                kind,
                what,
                evidence.stream().sorted(Comparator.comparingLong(Entry::at)).toList()));
    }

    private List<Entry> publish(MessageId id) {
        Publication publication = history.publication(id);
        List<Entry> evidence = new ArrayList<>();
        if (publication != null) {
            evidence.add(new Publishing(publication.started(), id));
        }
        if (publication != null && publication.ended() != History.NEVER) {
            evidence.add(new Published(publication.ended(), id, publication.outcome()));
        }
        return evidence;
    }

    private static String after(long start, long end) {
        return end == History.NEVER ? "never" : TimeUnit.NANOSECONDS.toMillis(end - start) + " ms after";
    }
}
