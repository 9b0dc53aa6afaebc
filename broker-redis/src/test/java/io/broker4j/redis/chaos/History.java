package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.Entry.Again;
import io.broker4j.redis.chaos.Entry.Faulted;
import io.broker4j.redis.chaos.Entry.Gapped;
import io.broker4j.redis.chaos.Entry.Healed;
import io.broker4j.redis.chaos.Entry.Left;
import io.broker4j.redis.chaos.Entry.Outcome;
import io.broker4j.redis.chaos.Entry.Published;
import io.broker4j.redis.chaos.Entry.Publishing;
import io.broker4j.redis.chaos.Entry.Received;
import io.broker4j.redis.chaos.Entry.Refused;
import io.broker4j.redis.chaos.Entry.Stuck;
import io.broker4j.redis.chaos.Entry.Subscribed;
import io.broker4j.redis.chaos.Entry.Subscribing;
import io.broker4j.redis.chaos.Entry.Unsubscribing;
import io.broker4j.redis.chaos.MessageId.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What all processes of a run wrote down, sorted by what it is about. Not changed once it is there. */
final class History {
    static final long NEVER = SubscriptionLog.NEVER;

    /** One publish; it {@code ended} {@link #NEVER}, with an unknown outcome, if its future did not complete. */
    record Publication(MessageId id, long started, long ended, Outcome outcome) {}

    /** A time in which messages may have been held back by the network, the server, or this machine. */
    record Hold(long from, long until) {}

    private final List<Entry> entries;
    private final Map<Source, NavigableMap<Long, Publication>> publications = new LinkedHashMap<>();
    private final Map<String, SubscriptionLog> subscriptions = new LinkedHashMap<>();
    private final List<Faulted> faults = new ArrayList<>();
    private final List<Hold> holds = new ArrayList<>();
    private final List<Stuck> stuck = new ArrayList<>();
    private final List<Again> again = new ArrayList<>();
    private final List<Left> left = new ArrayList<>();
    private long healed = NEVER;

    /** Of entries in any order, but for those of one subscription, which are in its order. */
    History(List<Entry> entries) {
        this.entries = List.copyOf(entries);
        entries.forEach(this::sort);
        faults.sort(Comparator.comparingLong(Faulted::at));
        holds.sort(Comparator.comparingLong(Hold::from));
    }

    private void sort(Entry entry) {
        if (entry instanceof Publishing publishing) {
            record(new Publication(publishing.message(), publishing.at(), NEVER, Outcome.UNKNOWN));
        } else if (entry instanceof Published published) {
            record(new Publication(
                    published.message(),
                    publication(published.message()).started(),
                    published.at(),
                    published.outcome()));
        } else if (entry instanceof Subscribing asked) {
            subscriptions.put(asked.subscription(), new SubscriptionLog(asked));
        } else if (entry instanceof Subscribed subscribed) {
            SubscriptionLog log = subscription(subscribed.subscription());
            log.answered = subscribed.at();
            log.live = subscribed.at();
            log.lag = subscribed.lag();
        } else if (entry instanceof Refused refused) {
            subscription(refused.subscription()).answered = refused.at();
        } else if (entry instanceof Unsubscribing unsubscribing) {
            subscription(unsubscribing.subscription()).ended = unsubscribing.at();
        } else if (entry instanceof Received received) {
            subscription(received.subscription()).calls.add(received);
        } else if (entry instanceof Gapped gapped) {
            subscription(gapped.subscription()).calls.add(gapped);
        } else if (entry instanceof Faulted fault) {
            faults.add(fault);
            if (fault.holds()) {
                holds.add(new Hold(fault.at(), fault.until()));
            }
        } else if (entry instanceof Stuck pause) {
            holds.add(new Hold(pause.at(), pause.until()));
            stuck.add(pause);
        } else if (entry instanceof Healed last) {
            healed = last.at();
        } else if (entry instanceof Again ignored) {
            again.add(ignored);
        } else if (entry instanceof Left leftover) {
            left.add(leftover);
        }
    }

    private void record(Publication publication) {
        publications
                .computeIfAbsent(publication.id().source(), source -> new TreeMap<>())
                .put(publication.id().number(), publication);
    }

    private SubscriptionLog subscription(String name) {
        SubscriptionLog log = subscriptions.get(name);
        if (log == null) {
            throw new IllegalArgumentException("nobody asked for subscription " + name);
        }
        return log;
    }

    /** The publish of a message, or null if there was none. */
    Publication publication(MessageId id) {
        return publications(id.source()).get(id.number());
    }

    NavigableMap<Long, Publication> publications(Source source) {
        return publications.getOrDefault(source, new TreeMap<>());
    }

    Collection<Source> sources() {
        return publications.keySet();
    }

    List<Publication> allPublications() {
        return publications.values().stream()
                .flatMap(numbered -> numbered.values().stream())
                .toList();
    }

    Collection<SubscriptionLog> subscriptions() {
        return subscriptions.values();
    }

    /** In the order of their beginning. */
    List<Faulted> faults() {
        return faults;
    }

    /** In the order of their beginning. */
    List<Hold> holds() {
        return holds;
    }

    /** For how long, between two times, one process did not get to run. */
    long stuck(String process, long from, long until) {
        return stuck.stream()
                .filter(pause -> pause.process().equals(process))
                .mapToLong(pause -> Math.min(until, pause.until()) - Math.max(from, pause.at()))
                .filter(nanos -> nanos > 0)
                .sum();
    }

    List<Again> again() {
        return again;
    }

    List<Left> left() {
        return left;
    }

    /** When the last fault was over. */
    long healed() {
        return healed;
    }

    /** When the first thing happened. */
    long origin() {
        return entries.stream().mapToLong(Entry::at).min().orElse(0);
    }
}
