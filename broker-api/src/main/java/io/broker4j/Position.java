package io.broker4j;

import java.util.Comparator;
import java.util.Objects;

/**
 * The position of one message in the log of a durable topic. It is the same on every server. Take
 * it from a {@link Message#position message}, a {@link Receipt#position receipt} or a
 * {@link Subscription#position subscription}, store its text anywhere, and continue after it with
 * {@link Start#after}. Immutable.
 *
 * <p>Only the medium knows what the numbers of a position mean. A position of another log or medium
 * does no harm: the subscription receives a {@link Gap} first.
 */
public final class Position {
    /**
     * The position before the first message of every log; also the position of a log without
     * messages.
     */
    public static final Position ORIGIN = new Position(0, 0);

    /** Two unsigned numbers of 20 digits each, and the dash. */
    private static final int LONGEST_TEXT = 41;

    private static final Comparator<Position> ORDER = Comparator.comparing(
                    (Position p) -> p.high, Long::compareUnsigned)
            .thenComparing(p -> p.low, Long::compareUnsigned);

    /** Unsigned, like {@code low}. */
    private final long high;

    private final long low;

    private Position(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /**
     * A position from its two numbers; for transports. Positions of one log grow: {@code high} is
     * compared first, then {@code low}.
     *
     * @param high unsigned
     * @param low unsigned
     * @return the position
     */
    public static Position of(long high, long low) {
        return new Position(high, low);
    }

    /**
     * A position from its text.
     *
     * @param text what {@link #toString} gave
     * @return the position, equal to the one that gave the text
     * @throws IllegalArgumentException if the text is not exactly that of a position: signs or leading zeros, for example
     */
    public static Position parse(String text) {
        Objects.requireNonNull(text, "text");
        int dash = text.indexOf('-');
        try {
            if (text.length() > LONGEST_TEXT) {
                throw new NumberFormatException(text.length() + " characters");
            }
            return new Position(number(text.substring(0, Math.max(0, dash))), number(text.substring(dash + 1)));
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(
                    "position '" + shown(text) + "', must be the text of one, such as 1526919030474-55", malformed);
        }
    }

    private static String shown(String text) {
        String start = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text;
        return start.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }

    /** Accepts only the canonical text of a number, so that equal positions have equal texts. */
    private static long number(String text) {
        long number = Long.parseUnsignedLong(text);
        if (!Long.toUnsignedString(number).equals(text)) {
            throw new NumberFormatException(
                    "'" + text + "' is not how " + Long.toUnsignedString(number) + " is written");
        }
        return number;
    }

    /** {@return the first number, unsigned; for transports} */
    public long high() {
        return high;
    }

    /** {@return the second number, unsigned; for transports} */
    public long low() {
        return low;
    }

    /**
     * {@return whether this position is after another position of the same log; meaningless for
     * positions of different logs}
     *
     * @param other a position of the same log
     */
    public boolean isAfter(Position other) {
        return ORDER.compare(this, other) > 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Position position && position.high == high && position.low == low;
    }

    @Override
    public int hashCode() {
        return Objects.hash(high, low);
    }

    /** {@return the text that {@link #parse} takes: at most 40 digits and a dash} */
    @Override
    public String toString() {
        return Long.toUnsignedString(high) + "-" + Long.toUnsignedString(low);
    }
}
