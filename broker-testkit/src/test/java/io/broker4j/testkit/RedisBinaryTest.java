package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which redis-server is found: configured, delivered or on the path; and what is said when there is none. */
@Timeout(60)
class RedisBinaryTest {
    @Test
    void configuredBinaryThatIsNotThereIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> RedisBinary.find("/no/redis-server", getClass().getClassLoader(), ""))
                .withMessageContaining("-Dredis.bin=/no/redis-server");
    }

    @Test
    void deliveredBinaryIsPreferredToThePath(@TempDir Path path) throws IOException {
        redisThatPrints(path, "Redis server v=7.2.4 sha=0");

        assertThat(RedisBinary.find(null, getClass().getClassLoader(), path.toString()))
                .isExecutable()
                .isNotEqualTo(path.resolve("redis-server"));
    }

    @Test
    void unknownPlatformFallsBackToARecentRedisOnThePath(@TempDir Path path) throws IOException {
        redisThatPrints(path, "Redis server v=7.2.4 sha=0");

        assertThat(RedisBinary.onPath("/no/where:" + path, "redis-server-7.0.15-vms-vax"))
                .isEqualTo(path.resolve("redis-server"));
    }

    @Test
    void withoutAUsableBinaryTheRemediesAreNamed(@TempDir Path path) throws IOException {
        redisThatPrints(path, "Redis server v=6.0.16 sha=0");

        assertThatIllegalStateException()
                .isThrownBy(() -> RedisBinary.onPath(path.toString(), "redis-server-7.0.15-vms-vax"))
                .withMessageContaining("org.signal:embedded-redis:0.9.1")
                .withMessageContaining("-Dredis.bin=")
                .withMessageContaining("v=6.0.16");
    }

    @Test
    void platformsAreNamedAsTheDeliveredResources() {
        assertThat(RedisBinary.platform("Linux", "amd64")).isEqualTo("linux-amd64");
        assertThat(RedisBinary.platform("Linux", "aarch64")).isEqualTo("linux-arm64");
        assertThat(RedisBinary.platform("Mac OS X", "x86_64")).isEqualTo("darwin-amd64");
        assertThat(RedisBinary.platform("Mac OS X", "aarch64")).isEqualTo("darwin-arm64");
        assertThat(RedisBinary.platform("Windows 11", "amd64")).isEqualTo("windows-11-amd64");
    }

    private static void redisThatPrints(Path directory, String version) throws IOException {
        Path binary = Files.writeString(directory.resolve("redis-server"), "#!/bin/sh\necho '" + version + "'\n");
        assertThat(binary.toFile().setExecutable(true)).isTrue();
    }
}
