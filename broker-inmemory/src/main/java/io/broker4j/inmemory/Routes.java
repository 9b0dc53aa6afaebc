package io.broker4j.inmemory;

import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.TopicFilter;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The subscriptions that receive the frames of a topic. A look-up takes no lock; the matching
 * patterns of a topic are remembered.
 */
final class Routes {
    private static final Target[] NONE = {};
    private static final int MAX_REMEMBERED = 65_536;

    /** A subscription of one broker. */
    record Target(TopicFilter filter, Inlet inlet) {

        /** Hands over a frame. A frame with bytes is parsed from its bytes, as in another JVM. */
        void received(String topic, Frame frame) {
            inlet.received(topic, frame instanceof Frame.Reference ? frame : Frame.parse(frame.toBytes()));
        }
    }

    /** The targets with wildcards, and for each topic those that match it. */
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

    private final AtomicInteger changes = new AtomicInteger();

    /**
     * The number of changes to the targets. As long as it stays the same, a result of {@link #to}
     * stays valid.
     */
    int changes() {
        return changes.get();
    }

    Target add(TopicFilter filter, Inlet inlet) {
        Target target = new Target(filter, inlet);
        if (target.filter.isPattern()) {
            synchronized (this) {
                patterns = new Patterns(with(patterns.all, target));
            }
        } else {
            exact.compute(target.filter.name(), (topic, known) -> with(known == null ? NONE : known, target));
        }
        changes.incrementAndGet();
        return target;
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
        changes.incrementAndGet();
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
        return Arrays.stream(known).filter(target -> target != removed).toArray(Target[]::new);
    }
}
