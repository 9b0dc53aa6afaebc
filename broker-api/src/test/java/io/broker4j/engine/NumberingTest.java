package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NumberingTest {
    private final Numbering numbering = new Numbering(2);

    @Test
    void countsFromOneAndReusesWhatWasNotSent() {
        Numbering.Numbers numbers = numbering.of("a");

        assertThat(numbers.next()).isEqualTo(1);
        assertThat(numbers.next()).isEqualTo(1);
        assertThat(numbers.isFirst()).isTrue();
        numbers.used();
        assertThat(numbers.next()).isEqualTo(2);
        assertThat(numbers.isFirst()).isFalse();
    }

    @Test
    void forgottenTopicGoesOnAboveEveryNumberItHad() {
        Numbering.Numbers[] all = {numbering.of("a"), numbering.of("b")};
        for (Numbering.Numbers numbers : all) {
            for (int i = 0; i < 5; i++) {
                numbers.used();
            }
        }
        numbering.of("c");

        Numbering.Numbers forgotten = all[0].isForgotten() ? all[0] : all[1];
        Numbering.Numbers again = numbering.of(forgotten == all[0] ? "a" : "b");
        assertThat(forgotten.isForgotten()).isTrue();
        assertThat(again).isNotSameAs(forgotten);
        assertThat(again.next()).isGreaterThan(5);
        assertThat(again.isFirst()).isTrue();
    }

    /** Any other was forgotten, at random: hot topics began anew, and their subscribers were told of gaps. */
    @Test
    void forgetsTheLeastRecentlyUsed() {
        Numbering many = new Numbering(64);
        Numbering.Numbers hot = many.of("hot");
        for (int i = 0; i < 10_000; i++) {
            Numbering.Numbers cold = many.of("cold" + i);
            assertThat(many.of("hot")).isSameAs(hot);
            assertThat(many.of("cold" + i)).isSameAs(cold);
        }
        assertThat(hot.isForgotten()).isFalse();
        assertThat(many.of("cold9999").isForgotten()).isFalse();
    }

    @Test
    void remembersAsManyAsItMay() {
        Numbering many = new Numbering(64);
        Numbering.Numbers oldest = many.of("0");
        for (int i = 1; i < 64; i++) {
            many.of("" + i);
        }
        assertThat(oldest.isForgotten()).isFalse();
        many.of("64");
        assertThat(oldest.isForgotten()).isTrue();
    }

    /** With two at once, two publishes would have one number. */
    @Test
    void topicHasOneSourceOfNumbersAtATimeWhileManyThreadsForgetIt() throws Exception {
        Numbering few = new Numbering(2);
        Map<String, AtomicLong> highest = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                work.add(threads.submit(() -> useAll(few, highest)));
            }
            for (Future<?> done : work) {
                done.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void useAll(Numbering few, Map<String, AtomicLong> highest) {
        for (int i = 0; i < 20_000; i++) {
            String topic = "t" + i % 5;
            Numbering.Numbers numbers = few.of(topic);
            synchronized (numbers) {
                if (!numbers.isForgotten()) {
                    long before = highest.computeIfAbsent(topic, none -> new AtomicLong())
                            .getAndSet(numbers.next());
                    assertThat(before).isLessThan(numbers.next());
                    numbers.used();
                }
            }
        }
    }
}
