package io.broker4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Gap.Reason;
import org.junit.jupiter.api.Test;

class GapTest {

    @Test
    void saysHowManyMessagesMayBeMissing() {
        assertThat(Gap.of("t", Reason.OVERFLOW, 2))
                .hasToString("gap in t: 2 messages may be missing, OVERFLOW (README#gap)");
        assertThat(Gap.of("t", Reason.OVERFLOW, 1))
                .hasToString("gap in t: 1 message may be missing, OVERFLOW (README#gap)");
        assertThat(Gap.of("t", Reason.RESET)).hasToString("gap in t: messages may be missing, RESET (README#gap)");
    }
}
