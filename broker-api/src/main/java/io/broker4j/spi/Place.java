package io.broker4j.spi;

import io.broker4j.Gap;
import io.broker4j.Position;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where a reader stands in a log, and how many entries precede that place. Reads begin <em>at</em> it: as long as its entry comes
 * back first, the log is the one that was read so far, and nothing after it is missing. Otherwise {@link #judge} says what has
 * happened.
 *
 * @param at the position
 * @param state what is there
 * @param passed how many entries were ever appended up to what is to be read next; {@link #UNKNOWN} if it is not known
 * @param mark of the entry read last, since a log that begins anew may give its position to another; empty if it is not known
 */
record Place(Position at, State state, long passed, String mark) {
    static final long UNKNOWN = -1;

    /** What is at the position. */
    enum State {
        /** The entry read last. */
        READ,
        /** The entry to be read next. */
        NEXT,
        /** Nothing that comes back: the log held no entry there when it was looked at. */
        EMPTY
    }

    /** What the absence of an entry means, and where to go on. */
    record Judgement(@Nullable Gap gap, Place next) {}

    Place(Position at, State state, long passed) {
        this(at, state, passed, "");
    }

    /** At an entry that has been read. */
    static Place at(Log.Entry entry) {
        return new Place(entry.position(), State.READ, UNKNOWN, entry.frame().mark());
    }

    /** Behind everything that a log holds. */
    static Place end(Log.Info info) {
        return new Place(info.last(), info.length() == 0 ? State.EMPTY : State.READ, info.added());
    }

    /** Before everything that a log holds. */
    static Place beginning(Log.Info info) {
        return info.first()
                .map(first -> new Place(first, State.NEXT, info.added() - info.length()))
                .orElseGet(() -> end(info));
    }

    /** After what a user has handled. */
    static Place after(Position position) {
        return position.equals(Position.ORIGIN)
                ? new Place(position, State.EMPTY, 0)
                : new Place(position, State.READ, UNKNOWN);
    }

    /** The position after which a group has to begin to be given what is to be read next. */
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

    /** Whether a read from here shows that nothing is missing. */
    boolean isIn(List<Log.Entry> entries) {
        return isTakenIn(entries)
                && state != State.EMPTY
                && (mark.isEmpty() || mark.equals(entries.get(0).frame().mark()));
    }

    private boolean isTakenIn(List<Log.Entry> entries) {
        return !entries.isEmpty() && entries.get(0).position().equals(at);
    }

    /** With what is at this place, which has been read. */
    Place seen(Log.Entry entry) {
        return new Place(at, state, passed, entry.frame().mark());
    }

    /** After one more entry. */
    Place past(Log.Entry entry) {
        return new Place(
                entry.position(),
                State.READ,
                passed == UNKNOWN ? UNKNOWN : passed + 1,
                entry.frame().mark());
    }

    /** With what a look at the log has told, if that was of here. */
    Place learn(Log.Info info) {
        return state == State.READ && info.last().equals(at) ? new Place(at, state, info.added(), mark) : this;
    }

    /**
     * What has happened to a log in which this place is missing. Another entry has taken it, what was appended last is
     * behind us, or fewer entries were dropped than we have passed: it is another log, or an older state of this one. Our
     * place would still be held: it was deleted, or never was in this log. Otherwise it was dropped, and perhaps others
     * after it.
     *
     * <p>A log that ends before our place holds nothing that this reader has not had, or has asked for: a failover, or a
     * restart from an older state, has taken back its newest entries (L10).
     *
     * @param entries what was read from here
     * @param info of the log, later
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

    /** Whether a user has given the position, so that this reader has seen nothing of the log that it is a position of. */
    private boolean isInherited() {
        return passed == UNKNOWN && mark.isEmpty();
    }

    /** In a log whose positions go on from ours, what comes before has been read, or was not asked for. */
    private static Place following(List<Log.Entry> entries, Log.Info info) {
        return entries.isEmpty()
                ? new Place(info.last(), State.EMPTY, info.added())
                : new Place(entries.get(0).position(), State.NEXT, UNKNOWN);
    }

    /** How many entries are to be read, as a look at the log has told. */
    OptionalLong before(Log.Info info) {
        return passed == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(Math.max(0, info.added() - passed));
    }
}
