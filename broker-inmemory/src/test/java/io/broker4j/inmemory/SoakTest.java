package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.testkit.OnTransport;
import io.broker4j.testkit.Rule;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@OnTransport("memory")
class SoakTest {
    private static final int SECONDS = 10;
    private static final long MOST_HEAP = 64L << 20;
    private static final long LITTLE_HEAP = 16L << 20;

    @Test
    @Rule("C6")
    void tenSecondsOfFaultsNeedHalfOfASmallHeap() throws Exception {
        Process soak = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Soak.class.getName(),
                        Integer.toString(SECONDS),
                        "1")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            List<Long> heap = soak.inputReader().lines().map(Long::valueOf).toList();
            assertThat(soak.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(soak.exitValue()).isZero();
            assertThat(heap)
                    .hasSize(SECONDS + 1)
                    .allSatisfy(bytes -> assertThat(bytes).isLessThan(MOST_HEAP));
            assertThat(heap.get(SECONDS)).isLessThan(LITTLE_HEAP);
        } finally {
            soak.destroyForcibly();
        }
    }
}
