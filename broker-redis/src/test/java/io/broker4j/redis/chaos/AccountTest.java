package io.broker4j.redis.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import org.junit.jupiter.api.Test;

class AccountTest {

    /** @param told numbers of messages, and gaps */
    private static Account account(Object... told) {
        Account account = new Account();
        for (Object each : told) {
            if (each instanceof Gap gap) {
                account.gap(gap);
            } else {
                account.message((Integer) each);
            }
        }
        return account;
    }

    private static Gap overflow(long count) {
        return Gap.of("t", Reason.OVERFLOW, count);
    }

    @Test
    void isCompleteIfAllCameOnceInOrderAndWithoutAGap() {
        assertThat(account(1, 2, 3).isComplete(3)).isTrue();
        assertThat(account(1, 3).isComplete(3)).as("lost").isFalse();
        assertThat(account(1, 2, 2).isComplete(3)).as("twice for another").isFalse();
        assertThat(account(1, 3, 2).isComplete(3)).as("inverted").isFalse();
        assertThat(account(1, overflow(1), 2, 3).isComplete(3)).as("a gap").isFalse();
    }

    @Test
    void isExactIfOverflowIsToldInPlaceAndOfExactlyWhatIsMissing() {
        assertThat(account(1, overflow(2), 4, overflow(1), 6).isExact(6)).isTrue();
        assertThat(account(1, overflow(2), 4).isExact(5)).as("one too few").isFalse();
        assertThat(account(1, overflow(3), 4).isExact(4)).as("one too many").isFalse();
        assertThat(account(1, 4, overflow(2)).isExact(4)).as("told too late").isFalse();
        assertThat(account(1, overflow(2), 4, 3).isExact(5)).as("inverted").isFalse();
        assertThat(account(1, Gap.of("t", Reason.SEQUENCE, 2), 4).isExact(4))
                .as("another reason")
                .isFalse();
        assertThat(account(1, 2).isExact(2)).as("nothing is shown").isFalse();
    }

    @Test
    void tellsHowMuchAndWhy() {
        assertThat(account(1, overflow(2), 4, overflow(1)).line(5))
                .isEqualTo("5 published, 2 received, in order, 3 missing, 2 gaps OVERFLOW of 3 together");
        assertThat(account(2, 1).line(2)).isEqualTo("2 published, 2 received, NOT IN ORDER, 0 missing, no gap");
    }
}
