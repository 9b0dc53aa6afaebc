package io.broker4j.engine;

import io.broker4j.Gap;
import io.broker4j.Position;
import io.broker4j.spi.Log;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A reader's place in a log, and the number of entries before it. Reads begin <em>at</em> the
 * place: as long as its entry comes back first, the log is the one that was read so far, and no
 * entry after the place is missing. Otherwise {@link #judge} finds out what has happened.
 *
 * @param at the position
 * @param state what the reader knows about the entry at the position
 * @param passed how many entries were ever appended before the entry to be read next; {@link #UNKNOWN} if that is not
 *     known
 * @param mark identifies the entry read last, because a new log may give the same position to
 *     another entry; empty if that is not known
 */
record Place(Position at, State state, long passed, String mark) {
    static final long UNKNOWN = -1;

    /** What the reader knows about the entry at the position. */
    enum State {
        /** The entry read last. */
        READ,
        /** The entry to be read next. */
        NEXT,
        /** No entry: the log held none there when the reader looked. */
        EMPTY
    }

    /** What a missing entry means, and where to continue. */
    record Judgement(@Nullable Gap gap, Place next) {}

    Place(Position at, State state, long passed) {
        this(at, state, passed, "");
    }

    /** The place at an entry that has been read. */
    static Place at(Log.Entry entry) {
        return new Place(entry.position(), State.READ, UNKNOWN, mark(entry));
    }

    /** Distinguishes an entry from others at its position: its id or, without an id, a digest of its payload. */
    private static String mark(Log.Entry entry) {
        String id = entry.frame().id();
        return id.isEmpty() ? Integer.toHexString(Arrays.hashCode(entry.frame().payloadBytes())) : id;
    }

    /** The place after every entry that a log holds. */
    static Place end(Log.Info info) {
        return new Place(info.last(), info.length() == 0 ? State.EMPTY : State.READ, info.added());
    }

    /** The place before every entry that a log holds. */
    static Place beginning(Log.Info info) {
        return info.first()
                .map(first -> new Place(first, State.NEXT, info.added() - info.length()))
                .orElseGet(() -> end(info));
    }

    /** The place after the entries that a user has handled. */
    static Place after(Position position) {
        return position.equals(Position.ORIGIN)
                ? new Place(position, State.EMPTY, 0)
                : new Place(position, State.READ, UNKNOWN);
    }

    /** The cursor of a new group whose first entry is the entry to be read next. */
    Position preceding() {
        if (state != State.NEXT) {
            return at;
        }
        return at.low() == 0 ? Position.of(at.high() - 1, -1) : Position.of(at.high(), at.low() - 1);
    }

    /** {@code passed}, if it is known. */
    OptionalLong known() {
        return passed == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(passed);
    }

    /** Whether a read from this place shows that nothing is missing. */
    boolean isIn(List<Log.Entry> entries) {
        return isTakenIn(entries) && state != State.EMPTY && (mark.isEmpty() || mark.equals(mark(entries.get(0))));
    }

    private boolean isTakenIn(List<Log.Entry> entries) {
        return !entries.isEmpty() && entries.get(0).position().equals(at);
    }

    /** This place after its entry has been read. */
    Place seen(Log.Entry entry) {
        return new Place(at, state, passed, mark(entry));
    }

    /** The place after one more entry. */
    Place past(Log.Entry entry) {
        return new Place(entry.position(), State.READ, passed == UNKNOWN ? UNKNOWN : passed + 1, mark(entry));
    }

    /** This place, with {@code passed} from the log's state if the log ends at this place. */
    Place learn(Log.Info info) {
        return state == State.READ && info.last().equals(at) ? new Place(at, state, info.added(), mark) : this;
    }

    /**
     * Finds out what has happened to a log in which this place is missing. If another entry has
     * this position, or the last appended entry is before this place, or fewer entries were dropped
     * than this reader has passed, it is another log or an older state of this one. If the log
     * should still hold this place, its entry was deleted or never was in this log. Otherwise the
     * log dropped this entry, and perhaps later ones.
     *
     * <p>A log that ends before this place has only entries that this reader had or did not ask for: a failover, or a
     * restart from an older state, has taken back the newest entries (L10).
     *
     * @param entries the entries read from this place
     * @param info a look at the log after that read
     */
    Judgement judge(String topic, List<Log.Entry> entries, Log.Info info) {
        if (isTakenIn(entries)) {
            return new Judgement(Gap.of(topic, Gap.Reason.RESET), beginning(info));
        }
        if (info.last().equals(at) && state != State.NEXT) {
            return new Judgement(null, new Place(at, State.EMPTY, info.added()));
        }
        if (at.isAfter(info.last())) {
            return new Judgement(Gap.of(topic, Gap.Reason.RESET), isInherited() ? beginning(info) : end(info));
        }
        if (info.first().isPresent() && !info.first().get().isAfter(at)) {
            return new Judgement(Gap.of(topic, Gap.Reason.RESET), following(entries, info));
        }
        if (passed == UNKNOWN) {
            return new Judgement(Gap.of(topic, Gap.Reason.TRIMMED), beginning(info));
        }
        long lost = info.added() - info.length() - passed;
        Gap gap = lost < 0 ? Gap.of(topic, Gap.Reason.RESET) : Gap.of(topic, Gap.Reason.TRIMMED, lost);
        return new Judgement(lost == 0 ? null : gap, beginning(info));
    }

    /**
     * Whether the position comes from a user, so that this reader has not seen the log that it
     * belongs to.
     */
    private boolean isInherited() {
        return passed == UNKNOWN && mark.isEmpty();
    }

    /**
     * Where to continue in a log that has entries before this place and none at it: the entries
     * before it were read, or were not asked for.
     */
    private static Place following(List<Log.Entry> entries, Log.Info info) {
        return entries.isEmpty()
                ? new Place(info.last(), State.EMPTY, info.added())
                : new Place(entries.get(0).position(), State.NEXT, UNKNOWN);
    }

    /** How many entries are still to be read, according to the log's state. */
    OptionalLong before(Log.Info info) {
        return passed == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(Math.max(0, info.added() - passed));
    }
}
