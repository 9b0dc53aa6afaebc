package io.broker4j.engine;

import io.broker4j.spi.Frame;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds missing and repeated numbers of each publisher on each topic of one physical subscription. The numbers are kept
 * when the link is renewed: a jump after the renewal may show a loss beyond the gap that announced it (S2). Only a
 * source that was never heard before starts a new baseline. Not safe for use from several threads.
 */
final class SequenceTracker {
    /** The frame is the next one, or the first from its publisher. */
    static final long IN_ORDER = 0;
    /** This frame or a later one was received before. */
    static final long STALE = -1;
    /** An unknown number of frames may be missing before this one. */
    static final long UNKNOWN = Long.MAX_VALUE;

    /** How many sources one physical subscription remembers. */
    static final int MAX_SOURCES = 65_536;

    private record Source(long publisherId, String topic) {}

    private static final class Highest {
        long sequence;
    }

    private final int maxSources;
    private final Map<Source, Highest> sources = new LinkedHashMap<>(16, 0.75f, true);
    /** Whether a source that was heard before may have been forgotten. */
    private boolean forgetful;

    private @Nullable Source lastSource;
    private Highest lastHighest = new Highest();

    SequenceTracker(int maxSources) {
        this.maxSources = maxSources;
    }

    /** Records a frame; returns how many frames are missing before it, or one of the constants. */
    long accept(String topic, Frame frame) {
        return frame instanceof Frame.Numbered numbered ? accept(topic, numbered) : IN_ORDER;
    }

    private long accept(String topic, Frame.Numbered frame) {
        long sequence = frame.sequence();
        Highest highest = highest(topic, frame.publisherId());
        long before = highest.sequence;
        if (sequence <= before) {
            return STALE;
        }
        highest.sequence = sequence;
        if (before == 0) {
            return forgetful && sequence > 1 ? UNKNOWN : IN_ORDER;
        }
        return frame.isFirst() ? UNKNOWN : sequence - before - 1;
    }

    private Highest highest(String topic, long publisherId) {
        Source last = lastSource;
        if (last != null && last.publisherId == publisherId && last.topic.equals(topic)) {
            return lastHighest; // most frames follow a frame of the same source
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
