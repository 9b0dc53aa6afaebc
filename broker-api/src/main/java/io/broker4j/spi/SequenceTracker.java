package io.broker4j.spi;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is missing, or comes twice, in the numbers of each publisher on each topic of one physical subscription. The
 * numbers are kept through a renewed link: a frame that jumps after it may show a loss behind the gap of the renewal (S2).
 * Only a source never heard before is a baseline. Not safe for use from several threads.
 */
final class SequenceTracker {
    /** The frame is the next one, or the first heard of its publisher. */
    static final long IN_ORDER = 0;
    /** The frame was received before, or a later one was. */
    static final long STALE = -1;
    /** Frames may be missing before this one, how many is not known. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private record Source(long publisherId, String topic) {}

    private static final class Highest {
        long sequence;
    }

    private final int maxSources;
    private final Map<Source, Highest> sources = new LinkedHashMap<>(16, 0.75f, true);
    /** Whether a source may have been heard before and was forgotten. */
    private boolean forgetful;

    private @Nullable Source lastSource;
    private Highest lastHighest = new Highest();

    SequenceTracker(int maxSources) {
        this.maxSources = maxSources;
    }

    /** Takes note of a frame: how many are missing before it, or one of the constants. */
    long accept(String topic, Frame frame) {
        if (frame.isBare()) {
            return IN_ORDER;
        }
        Highest highest = highest(topic, frame.publisherId());
        long before = highest.sequence;
        if (frame.sequence() <= before) {
            return STALE;
        }
        highest.sequence = frame.sequence();
        if (before == 0) {
            return forgetful && frame.sequence() > 1 ? UNKNOWN : IN_ORDER;
        }
        return frame.first() ? UNKNOWN : frame.sequence() - before - 1;
    }

    private Highest highest(String topic, long publisherId) {
        Source last = lastSource;
        if (last != null && last.publisherId == publisherId && last.topic.equals(topic)) {
            return lastHighest; // most frames follow one of the same source
        }
        Source source = new Source(publisherId, topic);
        Highest highest = sources.computeIfAbsent(source, unknown -> new Highest());
        if (sources.size() > maxSources) {
            sources.remove(sources.keySet().iterator().next());
            forgetful = true;
        }
        lastSource = source;
        lastHighest = highest;
        return highest;
    }
}
