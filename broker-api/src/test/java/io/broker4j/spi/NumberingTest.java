package io.broker4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

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
}
