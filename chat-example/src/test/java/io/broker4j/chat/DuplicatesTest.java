package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import org.junit.jupiter.api.Test;

class DuplicatesTest {
    private static final long WINDOW = 600_000;
    private static final RoomMessage MESSAGE = new RoomMessage("0123456789abcdef", "c1");

    private final Duplicates duplicates = new Duplicates(WINDOW);
    private long places;

    private Position next() {
        return Position.of(++places, 0);
    }

    /** Whether it counts as a message of its own. */
    private boolean isFirst(RoomMessage message, long ms) {
        Position position = next();
        return duplicates.judge(message, ms, position).equals(position);
    }

    @Test
    void theSecondCountsAsTheFirst() {
        Position first = next();
        assertThat(duplicates.judge(MESSAGE, 0, first)).isEqualTo(first);
        assertThat(duplicates.judge(MESSAGE, WINDOW, next())).isEqualTo(first);
        assertThat(duplicates.first(MESSAGE, WINDOW)).contains(first);
    }

    @Test
    void anotherSenderOrAnotherCidIsAnotherMessage() {
        assertThat(isFirst(MESSAGE, 0)).isTrue();
        assertThat(isFirst(new RoomMessage("0123456789abcde0", "c1"), 0)).isTrue();
        assertThat(isFirst(new RoomMessage("0123456789abcdef", "c2"), 0)).isTrue();
    }

    @Test
    void muchLaterItIsAMessageOfItsOwn() {
        assertThat(isFirst(MESSAGE, 0)).isTrue();
        assertThat(duplicates.first(MESSAGE, WINDOW + 1)).isEmpty();
        assertThat(isFirst(MESSAGE, WINDOW + 1)).isTrue();
    }

    /** Else a server that begins in between would come to another answer: it has not seen the first. */
    @Test
    void whetherItIsOneTooManyDependsOnTheOneBefore() {
        assertThat(isFirst(MESSAGE, 0)).isTrue();
        assertThat(isFirst(MESSAGE, WINDOW)).isFalse();
        assertThat(isFirst(MESSAGE, 2 * WINDOW)).isFalse();
        Duplicates later = new Duplicates(WINDOW);
        later.judge(MESSAGE, WINDOW, next());
        Position third = next();
        assertThat(later.judge(MESSAGE, 2 * WINDOW, third)).isNotEqualTo(third);
    }

    @Test
    void aServerWhoseClockIsALittleBehindChangesNothing() {
        assertThat(isFirst(MESSAGE, WINDOW)).isTrue();
        assertThat(isFirst(MESSAGE, WINDOW - 1_000)).isFalse();
    }

    @Test
    void whatIsRememberedIsBounded() {
        assertThat(isFirst(MESSAGE, 0)).isTrue();
        for (int i = 1; i < Duplicates.REACH; i++) {
            isFirst(new RoomMessage("0123456789abcdef", "other" + i), 0);
        }
        assertThat(duplicates.first(MESSAGE, 0)).isPresent();
        isFirst(new RoomMessage("0123456789abcdef", "one more"), 0);
        assertThat(duplicates.first(MESSAGE, 0)).isEmpty();
    }

    @Test
    void whatIsTooLongAgoIsForgotten() {
        isFirst(MESSAGE, 0);
        isFirst(new RoomMessage("0123456789abcdef", "c2"), WINDOW + Duplicates.SKEW_MS + 1);
        assertThat(duplicates.first(MESSAGE, 0)).isEmpty();
    }
}
