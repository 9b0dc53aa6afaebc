package io.broker4j.inmemory;

import io.broker4j.spi.Frame;
import io.broker4j.spi.TopicFilter;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Who gets the frames of a topic. Looked up without a lock; what a pattern matches is remembered per topic. */
final class Routes {
    private static final Target[] NONE = {};
    private static final int MAX_REMEMBERED = 65_536;

    /** A transport that wants what matches a filter. */
    record Target(InMemoryTransport transport, TopicFilter filter) {
        void receive(String topic, Frame frame) {
            transport.receive(filter, topic, frame);
        }
    }

    /** The targets with wildcards, and those among them that match a topic. */
    private record Patterns(Target[] all, Map<String, Target[]> matching) {
        Patterns(Target[] all) {
            this(all, new ConcurrentHashMap<>());
        }

        Target[] to(String topic) {
            if (all.length == 0) {
                return NONE;
            }
            Target[] known = matching.get(topic);
            if (known == null) {
                known = Arrays.stream(all)
                        .filter(target -> target.filter.matches(topic))
                        .toArray(Target[]::new);
                if (matching.size() < MAX_REMEMBERED) {
                    matching.put(topic, known);
                }
            }
            return known;
        }
    }

    private final Map<String, Target[]> exact = new ConcurrentHashMap<>();

    /** Guarded by this for writing. */
    private volatile Patterns patterns = new Patterns(NONE);

    void add(Target target) {
        if (target.filter.isPattern()) {
            synchronized (this) {
                patterns = new Patterns(with(patterns.all, target));
            }
        } else {
            exact.compute(target.filter.name(), (topic, known) -> with(known == null ? NONE : known, target));
        }
    }

    void remove(Target target) {
        if (target.filter.isPattern()) {
            synchronized (this) {
                patterns = new Patterns(without(patterns.all, target));
            }
        } else {
            exact.computeIfPresent(target.filter.name(), (topic, known) -> {
                Target[] left = without(known, target);
                return left.length == 0 ? null : left;
            });
        }
    }

    Target[] to(String topic) {
        Target[] named = exact.getOrDefault(topic, NONE);
        Target[] matching = patterns.to(topic);
        return matching.length == 0 ? named : join(named, matching);
    }

    private static Target[] join(Target[] named, Target[] matching) {
        return named.length == 0
                ? matching
                : Stream.concat(Arrays.stream(named), Arrays.stream(matching)).toArray(Target[]::new);
    }

    private static Target[] with(Target[] known, Target added) {
        Target[] longer = Arrays.copyOf(known, known.length + 1);
        longer[known.length] = added;
        return longer;
    }

    private static Target[] without(Target[] known, Target removed) {
        return Arrays.stream(known).filter(target -> !target.equals(removed)).toArray(Target[]::new);
    }
}
