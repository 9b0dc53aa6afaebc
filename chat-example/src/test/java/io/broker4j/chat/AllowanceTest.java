package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    /** Where a monotonic clock may well be. */
    private final AtomicLong nanos =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(1).toNanos());

    @Test
    void aBurstPassesAndThenTheRate() {
        TokenBucket bucket = new TokenBucket(5, 10, nanos::get);
        for (int i = 0; i < 10; i++) {
            assertThat(bucket.take()).isZero();
        }
        assertThat(bucket.take()).isEqualTo(200);
        pass(Duration.ofMillis(150));
        assertThat(bucket.take()).isEqualTo(50);
        pass(Duration.ofMillis(50));
        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isEqualTo(200);
    }

    @Test
    void waitingAsLongAsToldIsEnough() {
        TokenBucket bucket = new TokenBucket(3, 1, nanos::get);
        for (int i = 0; i < 100; i++) {
            assertThat(bucket.take()).isZero();
            pass(Duration.ofMillis(bucket.take()));
        }
    }

    @Test
    void restingBringsNoMoreThanTheBurst() {
        TokenBucket bucket = new TokenBucket(5, 2, nanos::get);
        pass(Duration.ofHours(1));
        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isPositive();
    }

    @Test
    void aRateOfZeroIsNoLimit() {
        TokenBucket bucket = new TokenBucket(0, 1, nanos::get);
        for (int i = 0; i < 10_000; i++) {
            assertThat(bucket.take()).isZero();
        }
    }

    @Test
    void theHundredthRefusalWithinTheWindowIsOneTooMany() {
        RefusalWindow window = new RefusalWindow(Duration.ofSeconds(10), nanos::get);
        for (int i = 0; i < 99; i++) {
            assertThat(window.add()).isFalse();
            pass(Duration.ofMillis(100));
        }
        assertThat(window.add()).isTrue();
    }

    @Test
    void aHundredRefusalsOverALongerTimeAreNot() {
        RefusalWindow window = new RefusalWindow(Duration.ofSeconds(10), nanos::get);
        for (int i = 0; i < 1_000; i++) {
            assertThat(window.add()).isFalse();
            pass(Duration.ofMillis(102));
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
